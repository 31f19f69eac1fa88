/** Reads a file made by a test in the test's own process, with ordinary limits. */
import { readDocument } from '../src/extract/read-document.ts'
import type { Block, Extraction, ExtractionLimits } from '../src/extract/shapes.ts'

export const ordinaryLimits: ExtractionLimits = {
  pages: 1_000,
  unpackedBytes: 64 * 2 ** 20,
  nesting: 3,
  memoryBytes: 2 ** 30,
  idleMs: 60_000,
  totalMs: 60_000,
}

export function readSample(
  bytes: Uint8Array | string,
  fileName = 'file',
  limits: Partial<ExtractionLimits> = {},
): Promise<Extraction> {
  return readDocument(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, fileName, {
    ...ordinaryLimits,
    ...limits,
  })
}

/** Blocks as one line each, "heading1 Title", for reading at a glance. */
export function outline(extraction: Extraction): string[] {
  return extraction.pages.flatMap((page) => page.blocks.map(line))
}

function line({ kind, level, text }: Block): string {
  return `${kind}${level ?? ''} ${text}`
}
