/** Reads plain text, subtitles and comma-separated values. */
import { parse } from 'csv-parse/sync'
import { block, table } from '../reading.ts'
import type { Block } from '../shapes.ts'

/** Paragraphs are parted by empty lines; a form feed begins a new page. */
export function textPages(text: string): Block[][] {
  const pages = text.split('\f').map((page) =>
    page
      .replace(/\r\n?/g, '\n')
      .split(/\n[^\S\n]*\n+/)
      .flatMap((paragraph) => block('paragraph', paragraph)),
  )
  const kept = pages.filter((page) => page.length > 0)
  return kept.length > 0 ? kept : [[]]
}

/** WebVTT: what is said, cue by cue; times, settings, notes and styles are left out, the speaker's name stands before. */
export function vttBlocks(text: string): Block[] {
  let speaker = ''
  return text
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .flatMap((cue) => {
      const lines = cue.split('\n')
      const timing = lines.findIndex((line) => line.includes('-->'))
      if (timing < 0) return []
      return lines
        .slice(timing + 1)
        .join('\n')
        .split(/(?=<v[\s.])/)
        .flatMap((part) => {
          const voice = /^<v(?:\.[\w.-]+)?\s+([^>]+)>/.exec(part)?.[1]?.trim()
          const words = part
            .replace(/<[^>]*>/g, '')
            .replace(/&lt;/g, '<')
            .replace(/&gt;/g, '>')
            .replace(/&nbsp;/g, ' ')
            .replace(/&(lrm|rlm);/g, '')
            .replace(/&amp;/g, '&')
          const named = voice && voice !== speaker ? `${voice}: ` : ''
          if (voice) speaker = voice
          return words.trim() ? block('paragraph', named + words) : []
        })
    })
}

/** The whole as one table; a single column that holds prose stays text. */
export function csvBlocks(text: string): Block[] {
  const delimiter = csvDelimiter(text)
  const rows = parse(text, {
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    bom: true,
    trim: true,
    quote: csvQuote(text, delimiter),
  }) as string[][]
  return table(rows)
}

/**
 * The separator that parts most lines of the head into the same number of cells, more than one. Quoted parts are left
 * out of the count.
 */
export function csvDelimiter(text: string): string {
  const first = /^sep=(.)\r?\n/i.exec(text)?.[1]
  if (first) return first
  const lines = text
    .slice(0, 65_536)
    .replace(/"(?:[^"]|"")*"/g, 'q')
    .split(/\r?\n/)
    .filter((line) => line.trim())
    .slice(0, 200)
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of [',', ';', '\t', '|', ':']) {
    const counts = new Map<number, number>()
    for (const line of lines) {
      const cells = line.split(delimiter).length
      counts.set(cells, (counts.get(cells) ?? 0) + 1)
    }
    const [cells, times] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0]
    // Colons stand in times and in prose, so they must be plainly the separator.
    const score = cells > 1 ? (times / lines.length) * (delimiter === ':' ? 0.4 : 1) + Math.min(cells, 20) / 1000 : 0
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

function csvQuote(text: string, delimiter: string): string {
  const head = text.slice(0, 65_536)
  const around = (quote: string) =>
    head.split(new RegExp(`(?:^|[\\n${delimiter === '|' ? '\\|' : delimiter}])${quote}`)).length - 1
  return around('"') === 0 && around("'") > 2 ? "'" : '"'
}
