/**
 * Speed of reading PDFs with a text layer, pages a second, through the extractor as the product uses it.
 *
 *   node worker/test/pdf-speed.ts PACK [--processes N] [--seconds S]
 */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createExtractor } from '../src/extract/index.ts'

export type PdfSpeed = {
  pages: number
  files: number
  seconds: number
  pagesPerSecond: number
  firstMilliseconds: number
  medianMilliseconds: number
}

/** Reads the born-digital PDFs of the pack again and again, `processes` at once, for at least so many seconds. */
export async function pdfSpeed(packDir: string, processes: number, seconds: number): Promise<PdfSpeed> {
  const manifest = readFileSync(join(packDir, 'manifest.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { file: string; format: string; kind: string })
  const files = manifest
    .filter(({ format, kind }) => format === 'pdf' && (kind === 'docling-regression' || kind === 'pdf-twin-of-odf'))
    .map(({ file }) => join(packDir, file))
  const extractor = createExtractor({
    processes,
    limits: { pages: 1_000, unpackedBytes: 2 ** 28, nesting: 2, memoryBytes: 2 ** 30, idleMs: 60_000, totalMs: 60_000 },
  })
  const read = async (path: string) => (await extractor.extract({ path, fileName: basename(path) })).pages.length
  const begun = performance.now()
  await read(files[0]!)
  const first = performance.now() - begun
  // Every process has its libraries loaded before the clock starts.
  await Promise.all(Array.from({ length: processes * 2 }, (_, i) => read(files[i % files.length]!)))
  const start = performance.now()
  let [pages, count, next] = [0, 0, 0]
  const times: number[] = []
  await Promise.all(
    Array.from({ length: processes }, async () => {
      while (performance.now() - start < seconds * 1000) {
        const from = performance.now()
        const had = await read(files[next++ % files.length]!)
        pages += had
        times.push(performance.now() - from)
        count++
      }
    }),
  )
  const took = (performance.now() - start) / 1000
  await extractor.close()
  return {
    pages,
    files: count,
    seconds: took,
    pagesPerSecond: pages / took,
    firstMilliseconds: first,
    medianMilliseconds: times.sort((a, b) => a - b)[times.length >> 1]!,
  }
}

if (import.meta.main) {
  const [packDir, ...options] = process.argv.slice(2)
  const option = (name: string) => (options.includes(name) ? Number(options[options.indexOf(name) + 1]) : undefined)
  if (!packDir) throw new Error('Say where the pack is: node worker/test/pdf-speed.ts PACK')
  const speed = await pdfSpeed(packDir, option('--processes') ?? 2, option('--seconds') ?? 10)
  console.log(
    `${speed.pagesPerSecond.toFixed(0)} pages/s (${speed.pages} pages of ${speed.files} files in ${speed.seconds.toFixed(1)} s); first file ${speed.firstMilliseconds.toFixed(0)} ms, then ${speed.medianMilliseconds.toFixed(0)} ms in the middle`,
  )
}
