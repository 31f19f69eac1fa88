/** The few functions of PDFium (compiled to WebAssembly) that reading needs, with their C signatures; pointers are numbers. */
import { PDFiumLibrary } from '@hyzyla/pdfium'
import { ExtractionError } from '../shapes.ts'
import { damaged } from '../reading.ts'

export type Pdfium = {
  HEAPU8: Uint8Array
  HEAPU16: Uint16Array
  HEAPF32: Float32Array
  HEAP32: Int32Array
  _malloc(bytes: number): number
  _free(pointer: number): void
  _FPDF_LoadMemDocument(bytes: number, length: number, password: number): number
  _FPDF_CloseDocument(document: number): void
  _FPDF_GetLastError(): number
  _FPDF_GetPageCount(document: number): number
  _FPDF_GetMetaText(document: number, tag: number, buffer: number, length: number): number
  _FPDF_GetPageLabel(document: number, page: number, buffer: number, length: number): number
  _FPDFDoc_GetAttachmentCount(document: number): number
  _FPDF_LoadPage(document: number, index: number): number
  _FPDF_ClosePage(page: number): void
  _FPDF_GetPageWidthF(page: number): number
  _FPDF_GetPageHeightF(page: number): number
  _FPDF_GetPageBoundingBox(page: number, rect: number): number
  _FPDFPage_GetRotation(page: number): number
  _FPDFPage_CountObjects(page: number): number
  _FPDFPage_GetObject(page: number, index: number): number
  _FPDFPageObj_GetType(object: number): number
  _FPDFPageObj_GetBounds(object: number, left: number, bottom: number, right: number, top: number): number
  _FPDFPage_GetAnnotCount(page: number): number
  _FPDFPage_GetAnnot(page: number, index: number): number
  _FPDFPage_CloseAnnot(annotation: number): void
  _FPDFAnnot_GetSubtype(annotation: number): number
  _FPDFAnnot_GetStringValue(annotation: number, key: number, buffer: number, length: number): number
  _FPDFText_LoadPage(page: number): number
  _FPDFText_ClosePage(text: number): void
  _FPDFText_CountChars(text: number): number
  _FPDFText_GetUnicode(text: number, index: number): number
  _FPDFText_GetLooseCharBox(text: number, index: number, rect: number): number
  _FPDFText_GetCharAngle(text: number, index: number): number
  _FPDFText_GetFontWeight(text: number, index: number): number
  _FPDFText_HasUnicodeMapError(text: number, index: number): number
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, buffer: number, stride: number): number
  _FPDFBitmap_FillRect(bitmap: number, left: number, top: number, width: number, height: number, colour: number): number
  _FPDFBitmap_Destroy(bitmap: number): void
  _FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void
}

let loading: Promise<Pdfium> | undefined

/** One instance a process; loading takes some 50 ms once. */
export function pdfium(): Promise<Pdfium> {
  // The library wraps PDFium for rendering; reading text with places needs the functions beneath.
  loading ??= PDFiumLibrary.init().then((library) => (library as unknown as { module: Pdfium }).module)
  return loading
}

/** Runs `work` with `bytes` of scratch memory. */
export function scratch<T>(module: Pdfium, bytes: number, work: (pointer: number) => T): T {
  const pointer = module._malloc(bytes)
  if (!pointer)
    throw new ExtractionError(
      'too_much_memory',
      'The PDF needs more memory than one document may use. Split it into smaller files and add those.',
    )
  try {
    return work(pointer)
  } finally {
    module._free(pointer)
  }
}

/** Text that PDFium writes as UTF-16 with a closing zero, by its two-step way: ask for the length, then for the words. */
export function utf16(module: Pdfium, call: (buffer: number, length: number) => number): string {
  const length = call(0, 0)
  if (length <= 2 || length > 2 ** 20) return ''
  return scratch(module, length, (buffer) => {
    call(buffer, length)
    return new TextDecoder('utf-16le').decode(module.HEAPU8.slice(buffer, buffer + length - 2))
  })
}

/** A C string for the time of `work`. */
export function cString<T>(module: Pdfium, text: string, work: (pointer: number) => T): T {
  const bytes = Buffer.from(`${text}\0`, 'latin1')
  return scratch(module, bytes.length, (pointer) => {
    module.HEAPU8.set(bytes, pointer)
    return work(pointer)
  })
}

/** Opens the document for the time of `work`. Throws 'encrypted' or 'damaged'. */
export async function withDocument<T>(
  bytes: Uint8Array,
  work: (module: Pdfium, document: number) => Promise<T>,
): Promise<T> {
  const module = await pdfium()
  const copy = module._malloc(bytes.length)
  if (!copy)
    throw new ExtractionError(
      'too_much_memory',
      'The PDF needs more memory than one document may use. Split it into smaller files and add those.',
    )
  module.HEAPU8.set(bytes, copy)
  try {
    const document = module._FPDF_LoadMemDocument(copy, bytes.length, 0)
    if (!document) {
      const code = module._FPDF_GetLastError()
      if (code === 4 || code === 5)
        throw new ExtractionError(
          'encrypted',
          'The PDF is protected by a password. Open it, save it without the password, and upload that copy.',
        )
      throw damaged('a PDF', `PDFium error ${code}`)
    }
    try {
      return await work(module, document)
    } finally {
      module._FPDF_CloseDocument(document)
    }
  } finally {
    module._free(copy)
  }
}
