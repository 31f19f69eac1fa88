/** The least a reader could do: the text parts of a file without their tags, in the order in which they stand. */
import { readFileSync } from 'node:fs'
import { unzipSync } from 'fflate'

const parts: Record<string, RegExp> = {
  docx: /^word\/document\.xml$/,
  pptx: /^ppt\/slides\/slide\d+\.xml$/,
  xlsx: /^xl\/(sharedStrings|worksheets\/sheet\d+)\.xml$/,
  xlsm: /^xl\/(sharedStrings|worksheets\/sheet\d+)\.xml$/,
  odt: /^content\.xml$/,
  odp: /^content\.xml$/,
  ods: /^content\.xml$/,
  epub: /\.x?html$/,
}

/** Undefined for binary formats, which have no plain text to dump. */
export function plainDump(path: string, format: string): string | undefined {
  const bytes = readFileSync(path)
  const wanted = parts[format]
  if (wanted) {
    const files = unzipSync(bytes, { filter: (file) => wanted.test(file.name) })
    return Object.keys(files)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .map((name) => bare(Buffer.from(files[name]!).toString('utf8')))
      .join('\n')
  }
  if (format === 'html') return bare(bytes.toString('utf8').replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' '))
  return ['md', 'csv', 'vtt', 'eml'].includes(format) ? bytes.toString('utf8') : undefined
}

/** Inline tags part no words in a dump that joins runs; all others do. */
function bare(xml: string): string {
  return xml
    .replace(/<\/?(w:r|w:t|w:rPr|a:r|a:t|text:span|span|b|i|em|strong|a)( [^>]*)?>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&nbsp;/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&amp;/g, '&')
}
