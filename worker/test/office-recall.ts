/**
 * Word recall over a pack of office files with expected text: how many of the expected words extraction finds, in any
 * order and in the expected order, beside a plain text dump of the same file.
 *
 *   node worker/test/office-recall.ts PACK [--worst N] [--format F]
 *
 * PACK holds manifest.jsonl with file, format, kind and expected_markdown. Scoring: HTML comments, image marks and link
 * targets go from the expected text; NFKC, lower case; words are runs of letters and digits. In order is the longest
 * common subsequence, any order the overlap of the two bags of words, each over the number of expected words.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createExtractor } from '../src/extract/index.ts'
import type { Extraction, Extractor } from '../src/extract/index.ts'
import { plainDump } from './plain-dump.ts'
import { inAnyOrder, inOrder, wordsOfMarkdown, wordsOfText } from './word-recall.ts'

export type OfficeRecall = {
  file: string
  format: string
  kind: string
  any?: number
  order?: number
  /** 'read', or the code of the ExtractionError. */
  outcome: string
  message?: string
  milliseconds: number
  /** The same of a plain dump: pdftotext for PDF (absent where it is not installed), the bare text parts for others. */
  plainAny?: number
  plainOrder?: number
  pdftotextAny?: number
  pdftotextOrder?: number
}

type Entry = { file: string; format: string; kind: string; expected_markdown: string | null }

export async function* officeRecall(packDir: string, extractor: Extractor): AsyncIterable<OfficeRecall> {
  const manifest = readFileSync(join(packDir, 'manifest.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry)
  for (const { file, format, kind, expected_markdown: expected } of manifest) {
    const path = join(packDir, file)
    const begun = performance.now()
    const result: OfficeRecall = { file, format, kind, outcome: 'read', milliseconds: 0 }
    let found: string[] = []
    try {
      found = wordsOfText(extractionText(await extractor.extract({ path, fileName: basename(file) })))
    } catch (error) {
      result.outcome = error instanceof Error && 'code' in error ? String(error.code) : 'threw'
      result.message = String(error)
    }
    result.milliseconds = Math.round(performance.now() - begun)
    if (expected) {
      const wanted = wordsOfMarkdown(readFileSync(join(packDir, expected), 'utf8'))
      result.any = inAnyOrder(wanted, found)
      result.order = inOrder(wanted, found)
      const dump = format === 'pdf' ? pdftotext(path) : plainDump(path, format)
      if (dump !== undefined) {
        const plain = wordsOfText(dump)
        result.plainAny = inAnyOrder(wanted, plain)
        result.plainOrder = inOrder(wanted, plain)
        if (format === 'pdf') {
          result.pdftotextAny = result.plainAny
          result.pdftotextOrder = result.plainOrder
        }
      }
    }
    yield result
  }
}

/** All words of an extraction, page after page, block after block. */
export function extractionText(extraction: Extraction): string {
  return extraction.pages.map((page) => page.blocks.map((block) => block.text).join('\n')).join('\n')
}

function pdftotext(path: string): string | undefined {
  const { status, stdout } = spawnSync('pdftotext', ['-q', path, '-'], { encoding: 'utf8', maxBuffer: 2 ** 28 })
  return status === 0 ? stdout : undefined
}

const mean = (values: (number | undefined)[]): string => {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? '    –' : (known.reduce((sum, value) => sum + value, 0) / known.length).toFixed(3)
}

async function main(packDir: string, worst: number, only: string | undefined): Promise<void> {
  const extractor = createExtractor({
    processes: 1,
    limits: {
      pages: 10_000,
      unpackedBytes: 2 ** 29,
      nesting: 4,
      memoryBytes: 2 ** 30,
      idleMs: 60_000,
      totalMs: 600_000,
    },
    log: { warn: (details, message) => console.error(message, details) },
  })
  const results: OfficeRecall[] = []
  for await (const result of officeRecall(packDir, extractor)) if (!only || result.format === only) results.push(result)
  await extractor.close()
  const groups = Map.groupBy(
    results.filter((result) => result.any !== undefined),
    ({ format, kind }) => (kind === 'scan-ocr' ? 'pdf (scans)' : kind === 'pdf-twin-of-odf' ? 'pdf (twins)' : format),
  )
  console.log('format        files    any  order  plain any  plain order     ms')
  const line = (name: string, group: OfficeRecall[]) =>
    console.log(
      `${name.padEnd(12)} ${String(group.length).padStart(6)}  ${mean(group.map((each) => each.any))}  ${mean(group.map((each) => each.order))}      ${mean(group.map((each) => each.plainAny))}        ${mean(group.map((each) => each.plainOrder))} ${String(group.reduce((sum, each) => sum + each.milliseconds, 0)).padStart(6)}`,
    )
  for (const [name, group] of [...groups].sort()) line(name, group)
  line(
    'all',
    results.filter((result) => result.any !== undefined),
  )
  const refused = results.filter((result) => result.outcome !== 'read')
  for (const { file, outcome, message } of refused) console.log(`refused: ${file}: ${outcome}: ${message}`)
  const low = results
    .filter((result) => result.any !== undefined)
    .sort((a, b) => a.any! + a.order! - b.any! - b.order!)
    .slice(0, worst)
  for (const each of low)
    console.log(
      `${each.any!.toFixed(3)} any ${each.order!.toFixed(3)} order, plain ${each.plainAny?.toFixed(3)} ${each.plainOrder?.toFixed(3)}  ${each.file}`,
    )
}

if (import.meta.main) {
  const [packDir, ...options] = process.argv.slice(2)
  const option = (name: string) => (options.includes(name) ? options[options.indexOf(name) + 1] : undefined)
  if (!packDir) throw new Error('Say where the pack is: node worker/test/office-recall.ts PACK')
  await main(packDir, Number(option('--worst') ?? 12), option('--format'))
}
