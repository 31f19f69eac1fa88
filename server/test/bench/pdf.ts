/** Pages a second of PDF extraction in its confined processes, beside poppler's pdftotext on the same files in the same run. */
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { createExtractor } from '../../../worker/src/extract/index.ts'
import type { Measurement } from './main.ts'

const limits = {
  pages: 5000,
  unpackedBytes: 1024 ** 3,
  nesting: 3,
  memoryBytes: 1024 ** 3,
  idleMs: 60_000,
  totalMs: 600_000,
}
const rounds = 10

export async function benchPdf(folder: string): Promise<Measurement[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.pdf'))
    .map((entry) => join(entry.parentPath, entry.name))
  const extractor = createExtractor({ processes: 2, limits })
  const born: { path: string; pages: number }[] = []
  for (const path of paths) {
    const read = await extractor.extract({ path, fileName: basename(path) }).catch(() => null)
    // Scans are a matter of OCR, not of this figure.
    if (read && read.pages.length > 0 && !read.pages.some((page) => page.ocr))
      born.push({ path, pages: read.pages.length })
  }
  const pages = born.reduce((sum, file) => sum + file.pages, 0) * rounds
  const work = Array.from({ length: rounds }, () => born).flat()
  const ours = await seconds(2, work, ({ path }) => extractor.extract({ path, fileName: basename(path) }))
  await extractor.close()
  const run = promisify(execFile)
  const theirs = await seconds(2, work, ({ path }) =>
    run('pdftotext', [path, '-'], { maxBuffer: 64 * 1024 ** 2 }),
  ).catch(() => undefined)
  return [
    {
      name: 'extract.pdf.pages',
      value: pages / ours,
      unit: 'pages/s, two processes',
      n: pages,
      ...(theirs
        ? { baseline: { name: 'pdftotext, two processes', value: pages / theirs }, ratio: theirs / ours }
        : {}),
    },
  ]
}

async function seconds<T>(lanes: number, items: T[], work: (item: T) => Promise<unknown>): Promise<number> {
  const queue = [...items]
  const started = performance.now()
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let item = queue.pop(); item; item = queue.pop()) await work(item)
    }),
  )
  return (performance.now() - started) / 1000
}
