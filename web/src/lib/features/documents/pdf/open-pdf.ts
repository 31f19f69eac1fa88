/**
 * The PDF reader, loaded only where a PDF is opened. Everything it needs comes from our own origin, it evaluates no
 * code, and long files arrive in parts, as pages are looked at.
 */
import type * as Pdfjs from 'pdfjs-dist'
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?worker&url'

let library: Promise<typeof Pdfjs> | undefined

export function pdfLibrary(): Promise<typeof Pdfjs> {
  library ??= import('pdfjs-dist').then((loaded) => {
    loaded.GlobalWorkerOptions.workerSrc = workerUrl
    return loaded
  })
  // A failed load (a connection that was away) may be tried again.
  library.catch(() => (library = undefined))
  return library
}

export type OpenedPdf = { pdf: Pdfjs.PDFDocumentProxy; close: () => void }

/** Opens the file at an address of our own. Aborting closes what was opened so far. */
export async function openPdf(address: string, signal: AbortSignal): Promise<OpenedPdf> {
  const { getDocument, version } = await pdfLibrary()
  signal.throwIfAborted()
  const files = `/_app/immutable/pdfjs-${version}/`
  const task = getDocument({
    url: address,
    cMapUrl: `${files}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${files}standard_fonts/`,
    iccUrl: `${files}iccs/`,
    wasmUrl: `${files}wasm/`,
    rangeChunkSize: 512 * 1024,
    disableAutoFetch: true,
    disableStream: true,
    enableXfa: false,
    disableWorkerRendering: true,
    verbosity: 0,
  })
  const close = () => void task.destroy()
  signal.addEventListener('abort', close, { once: true })
  return { pdf: await task.promise, close }
}
