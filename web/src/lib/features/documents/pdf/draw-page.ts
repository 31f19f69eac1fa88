import type { PDFDocumentProxy, RenderTask, TextLayer } from 'pdfjs-dist'
import { pdfLibrary } from './open-pdf.ts'

/** Pictures larger than this many pixels are drawn coarser: browsers refuse or choke on them. */
const MOST_PIXELS = 16_000_000

type Drawing = {
  pdf: PDFDocumentProxy
  number: number
  /** Width of the page on screen, CSS pixels. */
  width: number
  /** Where picture and selectable words go; what is there stays until the new is finished. */
  picture: HTMLElement
  words: HTMLElement
  /** The page's own size in points, known before it is drawn. */
  onsize: (width: number, height: number) => void
  onfail: (error: unknown) => void
}

/** Draws one page and lays its words over it. Returns what stops it. */
export function drawPage({ pdf, number, width, picture, words, onsize, onfail }: Drawing): () => void {
  let stopped = false
  let task: RenderTask | undefined
  let layer: TextLayer | undefined

  async function draw() {
    const { TextLayer: Layer } = await pdfLibrary()
    const page = await pdf.getPage(number)
    if (stopped) return
    const plain = page.getViewport({ scale: 1 })
    onsize(plain.width, plain.height)
    const scale = width / plain.width
    const area = width * plain.height * scale
    const density = Math.min(Math.max(globalThis.devicePixelRatio || 1, 1), 2.5, Math.sqrt(MOST_PIXELS / area))
    const canvas = document.createElement('canvas')
    const viewport = page.getViewport({ scale: scale * density })
    canvas.width = Math.floor(viewport.width)
    canvas.height = Math.floor(viewport.height)
    task = page.render({ canvas, viewport })
    await task.promise
    if (stopped) return
    picture.replaceChildren(canvas)
    const container = document.createElement('div')
    container.className = 'textLayer'
    layer = new Layer({ textContentSource: page.streamTextContent(), container, viewport: page.getViewport({ scale }) })
    words.replaceChildren(container)
    await layer.render()
  }

  draw().catch((error: unknown) => {
    if (!stopped) onfail(error)
  })
  return () => {
    stopped = true
    task?.cancel()
    layer?.cancel()
  }
}
