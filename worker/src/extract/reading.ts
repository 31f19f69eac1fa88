/**
 * The state of reading one file: limits, what has been used of them, and what is said beside the result.
 * One Reading goes through a file and everything inside it, so that the limits hold for the whole.
 */
import { ExtractionError } from './shapes.ts'
import type { Block, Extraction, ExtractionLimits, ExtractionProgress, Page } from './shapes.ts'

/** A page before it is known which number it has in the whole document. */
export type DraftPage = Omit<Page, 'number'>

/** What a format's reader hands back; `readDocument` numbers the pages. */
export type Draft = Omit<Extraction, 'pages' | 'warnings'> & { pages: DraftPage[] }

export class Reading {
  readonly limits: ExtractionLimits
  readonly warnings: string[] = []
  /** Archives and messages we are inside of. */
  depth = 0
  #unpacked = 0
  #pages = 0
  #far: ExtractionProgress = { done: 0, total: 1 }
  #onProgress: (progress: ExtractionProgress) => void

  constructor(limits: ExtractionLimits, onProgress: (progress: ExtractionProgress) => void = () => {}) {
    this.limits = limits
    this.#onProgress = onProgress
  }

  /** Bytes that may still be unpacked. */
  get unpackedLeft(): number {
    return Math.max(0, this.limits.unpackedBytes - this.#unpacked)
  }

  /** Books unpacked bytes; throws too_large_unpacked beyond the limit. */
  unpacked(bytes: number): void {
    this.#unpacked += bytes
    if (this.#unpacked > this.limits.unpackedBytes) throw tooLargeUnpacked(this.limits.unpackedBytes)
  }

  /** Books pages; throws too_many_pages beyond the limit. */
  pages(count: number): void {
    this.#pages += count
    if (this.#pages > this.limits.pages) {
      throw new ExtractionError(
        'too_many_pages',
        `The document has more than ${this.limits.pages.toLocaleString('en')} pages. Split it into smaller files and add those.`,
      )
    }
  }

  /** Goes one container deeper for the time of `work`; throws too_deeply_nested beyond the limit. */
  async inside<T>(work: () => Promise<T>): Promise<T> {
    if (this.depth >= this.limits.nesting) {
      throw new ExtractionError(
        'too_deeply_nested',
        `Files are packed inside files more than ${this.limits.nesting} levels deep. Unpack the archive and add its documents directly.`,
      )
    }
    this.depth++
    try {
      return await work()
    } finally {
      this.depth--
    }
  }

  /** Says how far the outermost file is. Inside of it the last word is repeated, as a sign of life. */
  progress(done: number, total: number): void {
    if (this.depth === 0) this.#far = { done, total }
    this.#onProgress(this.#far)
  }

  warn(sentence: string): void {
    if (this.warnings.length < 100 && !this.warnings.includes(sentence)) this.warnings.push(sentence)
  }
}

export function tooLargeUnpacked(limit: number): ExtractionError {
  return new ExtractionError(
    'too_large_unpacked',
    `Unpacked, the file would be larger than the ${Math.round(limit / 2 ** 20)} MB allowed. It may be a trap made to fill the machine; if it is a real archive, unpack it and add its documents directly.`,
  )
}

export function damaged(what: string, cause?: unknown): ExtractionError {
  return new ExtractionError(
    'damaged',
    `The file looks like ${what}, but it is damaged or incomplete and cannot be read. Open it in its program, save it again, and upload the new copy.`,
    { cause },
  )
}

/** A block, unless there are no words in it. Trims, and unifies white space inside lines. */
export function block(kind: Block['kind'], text: string, level?: number): Block[] {
  const clean = kind === 'code' || kind === 'table' ? text.replace(/\s+$/, '') : tidy(text)
  if (!clean.trim()) return []
  return [
    level === undefined
      ? { kind, text: clean }
      : { kind, text: clean, level: Math.min(Math.max(level, 1), kind === 'heading' ? 6 : 9) },
  ]
}

/** Rows of cells as a table block: cells by tab, rows by line feed; empty rows and trailing empty columns go. */
export function table(rows: string[][]): Block[] {
  const clean = rows
    .map((row) => row.map((cell) => cell.replace(/\s+/g, ' ').trim()))
    .filter((row) => row.some((cell) => cell))
  const width = Math.max(0, ...clean.map((row) => row.findLastIndex((cell) => cell) + 1))
  if (clean.length === 0 || width === 0) return []
  return [
    {
      kind: 'table',
      text: clean.map((row) => Array.from({ length: width }, (_, i) => row[i] ?? '').join('\t')).join('\n'),
    },
  ]
}

/** White space as a reader sees it: single blanks, line feeds kept, nothing at the ends of lines. NUL and soft hyphens go. */
export function tidy(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000e-\u001f\u00ad\u200b\ufeff]/g, '')
    .replace(/\r\n?|[\u000b\u000c\u2028\u2029]/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** A comment with who wrote it and when, as far as the file says. `time` is given as the file stores it (ISO 8601). */
export function commentBlock(words: string, author = '', time = ''): Block[] {
  if (!words.trim()) return []
  const about = [author && `author: ${author}`, time && `time: ${time}`].filter(Boolean).join(', ')
  return block('note', about ? `Comment (${about}): ${words}` : `Comment: ${words}`)
}
