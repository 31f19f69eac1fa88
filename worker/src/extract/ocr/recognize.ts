/**
 * OCR by Tesseract (WebAssembly, the LSTM model for English shipped in a package), in this process and without any
 * download. Where the picture reads badly as it lies, all four rotations are tried.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gunzipSync } from 'node:zlib'
import { enlargedGrey } from './enlarge.ts'

export type OcrWord = {
  text: string
  confidence: number
  left: number
  top: number
  width: number
  height: number
  block: number
  paragraph: number
  line: number
}
/** Boxes are pixels of the picture as it was given; `turned` says by how many degrees it was turned (clockwise) to be read. */
export type OcrPage = { words: OcrWord[]; turned: 0 | 90 | 180 | 270; width: number; height: number }

type TessBaseApi = {
  Init(path: null, languages: string, engine: number): number
  SetVariable(name: string, value: string): void
  WriteImage(kind: number, path: string): void
  GetInputImage(): { get_w(): number; get_h(): number }
  SetRectangle(left: number, top: number, width: number, height: number): void
  SetImageFile(exifOrientation: number, radians: number): number
  Recognize(monitor: null): number
  GetTSVText(page: number): string
  MeanTextConf(): number
  Clear(): void
}
type TessModule = {
  FS: {
    writeFile(path: string, bytes: Uint8Array): void
    readFile(path: string): Uint8Array
    unlink(path: string): void
  }
  TessBaseAPI: new () => TessBaseApi
}

/** EXIF orientations that turn the picture clockwise by so many degrees. */
const orientations = { 0: 1, 90: 6, 180: 3, 270: 8 } as const

/**
 * A reading with so many letters at such a mean confidence (0 to 100) is taken without trying other rotations. Text on
 * its side or on its head reads below 45.
 */
const good = [
  { letters: 10, confidence: 80 },
  { letters: 100, confidence: 62 },
]

/** Tesseract's number for the grey picture. */
const greyImage = 1
/** The only path to which this build of the engine writes pictures. */
const writtenTo = '/image.png'

/** Words, read well or badly, that make a page full. */
const fullPage = 80

let loading: Promise<{ module: TessModule; api: TessBaseApi }> | undefined

async function load(): Promise<{ module: TessModule; api: TessBaseApi }> {
  const require = createRequire(import.meta.url)
  const core = require('tesseract.js-core/tesseract-core-simd-lstm.js') as (options: {
    TesseractProgress(percent: number): void
    print(line: string): void
    printErr(line: string): void
  }) => Promise<TessModule>
  const module = await core({ TesseractProgress() {}, print() {}, printErr() {} })
  const data = require.resolve('@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz')
  module.FS.writeFile('./eng.traineddata', gunzipSync(readFileSync(data)))
  const api = new module.TessBaseAPI()
  if (api.Init(null, 'eng', 1) !== 0)
    throw new Error('The OCR engine could not be started: its language data is missing or damaged.')
  api.SetVariable('tessedit_pageseg_mode', '3')
  api.SetVariable('user_defined_dpi', '300')
  return { module, api }
}

/**
 * `picture` is PNG, JPEG, TIFF (its first page) or PNM. An empty result means that no words were seen. With `enlarge`
 * above 1 it is made larger first, and the boxes are pixels of the larger picture.
 */
export async function recognize(picture: Uint8Array, enlarge = 1): Promise<OcrPage> {
  loading ??= load()
  const { module, api } = await loading
  module.FS.writeFile('/input', picture)
  if (enlarge > 1) {
    if (api.SetImageFile(1, 0) === 1) throw new Error('The picture could not be decoded.')
    api.WriteImage(greyImage, writtenTo)
    const larger = enlargedGrey(module.FS.readFile(writtenTo), enlarge)
    module.FS.unlink(writtenTo)
    if (larger) module.FS.writeFile('/input', larger)
  }
  try {
    const first = read(api, 0)
    if (isGood(first)) return first.page
    const readings = [first]
    for (const turned of first.page.words.length >= fullPage ? likelyTurn(api) : ([90, 270, 180] as const)) {
      const reading = read(api, turned)
      readings.push(reading)
      if (isGood(reading)) break
    }
    return best(readings).page
  } finally {
    api.Clear()
    module.FS.unlink('/input')
  }
}

type OcrReading = { page: OcrPage; confidence: number; letters: number }

const isGood = (reading: OcrReading): boolean =>
  good.some((enough) => reading.confidence >= enough.confidence && reading.letters >= enough.letters)

/** On a page full of words its middle tells which way up it is, for a sixth of the work a rotation. */
function likelyTurn(api: TessBaseApi): OcrPage['turned'][] {
  const middles = ([0, 90, 270, 180] as const)
    .map((turned) => read(api, turned, 0.4))
    .sort((a, b) => score(b) - score(a))
  return middles
    .map((each) => each.page.turned)
    .filter((turned) => turned !== 0)
    .slice(0, middles[0]!.page.turned === 0 ? 0 : 1)
}

const score = ({ confidence, letters }: OcrReading): number => confidence * letters
const best = (readings: OcrReading[]): OcrReading =>
  readings.reduce((one, other) => (score(other) > score(one) ? other : one))

/** Reads the picture at /input turned clockwise by so many degrees; with `share` only so much of each side, in the middle. */
function read(api: TessBaseApi, turned: OcrPage['turned'], share = 1): OcrReading {
  if (api.SetImageFile(orientations[turned], 0) === 1) throw new Error('The picture could not be decoded.')
  if (share < 1) {
    const pix = api.GetInputImage()
    const [width, height] = [pix.get_w(), pix.get_h()]
    const edge = (1 - share) / 2
    api.SetRectangle(
      Math.floor(width * edge),
      Math.floor(height * edge),
      Math.floor(width * share),
      Math.floor(height * share),
    )
  }
  api.Recognize(null)
  const page = readTsv(api.GetTSVText(0), turned)
  const letters = page.words.reduce(
    (sum, word) => sum + (word.confidence > 50 ? word.text.replace(/[^\p{L}\p{N}]/gu, '').length : 0),
    0,
  )
  return { page, confidence: api.MeanTextConf(), letters }
}

/** Columns of Tesseract's TSV: level, page, block, paragraph, line, word, left, top, width, height, confidence, text. */
function readTsv(tsv: string, turned: OcrPage['turned']): OcrPage {
  const words: OcrWord[] = []
  let [width, height] = [0, 0]
  for (const row of tsv.split('\n')) {
    const fields = row.split('\t')
    const number = (i: number) => Number(fields[i])
    if (fields[0] === '1') [width, height] = [number(8), number(9)]
    if (fields[0] !== '5' || !fields[11]?.trim()) continue
    words.push({
      text: fields[11].trim(),
      confidence: number(10),
      block: number(2),
      paragraph: number(3),
      line: number(4),
      left: number(6),
      top: number(7),
      width: number(8),
      height: number(9),
    })
  }
  return { words, turned, width, height }
}
