/** Reads Markdown (CommonMark with GFM tables) into blocks, without its marks. */
import { block, table } from '../reading.ts'
import type { Block } from '../shapes.ts'
import { htmlText } from './html.ts'

export function markdownBlocks(source: string): Block[] {
  const text = source
    .replace(/\r\n?/g, '\n')
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replace(/<!--[\s\S]*?-->/g, '')
  const lines = text.split('\n')
  const blocks: Block[] = []
  let paragraph: string[] = []
  let item: { level: number; lines: string[] } | undefined
  const flush = () => {
    if (item) blocks.push(...block('list-item', inline(item.lines.join('\n')), item.level))
    else if (paragraph.length > 0) blocks.push(...paragraphBlocks(paragraph.join('\n')))
    item = undefined
    paragraph = []
  }
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const fence = /^\s{0,8}(`{3,}|~{3,})/.exec(line)
    if (fence) {
      flush()
      const body: string[] = []
      const close = new RegExp(`^\\s{0,8}${fence[1]![0]}{${fence[1]!.length},}\\s*$`)
      while (++i < lines.length && !close.test(lines[i]!)) body.push(lines[i]!)
      blocks.push(...block('code', body.join('\n')))
      continue
    }
    const heading = /^\s{0,3}(#{1,6})(?:\s+(.*?))?\s*#*\s*$/.exec(line)
    if (heading) {
      flush()
      blocks.push(...block('heading', inline(heading[2] ?? ''), heading[1]!.length))
      continue
    }
    if (paragraph.length > 0 && !item && /^\s{0,3}(=+|-+)\s*$/.test(line)) {
      const title = paragraph.join(' ')
      paragraph = []
      blocks.push(...block('heading', inline(title), line.includes('=') ? 1 : 2))
      continue
    }
    if (isTableStart(lines, i)) {
      flush()
      const rows: string[][] = [cells(line)]
      i += 2
      while (i < lines.length && lines[i]!.includes('|') && lines[i]!.trim()) rows.push(cells(lines[i++]!))
      i--
      blocks.push(...table(rows.map((row) => row.map(inline))))
      continue
    }
    if (!line.trim() || /^\s{0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) {
      flush()
      continue
    }
    const listed = /^(\s*)([-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?(.*)$/.exec(line)
    if (listed) {
      flush()
      const number = /^\d/.test(listed[2]!) ? `${listed[2]} ` : ''
      item = { level: Math.floor(listed[1]!.replace(/\t/g, '    ').length / 2) + 1, lines: [number + listed[3]] }
      continue
    }
    const bare = line.replace(/^\s{0,3}(>\s?)+/, '')
    if (item) item.lines.push(bare.trim())
    else paragraph.push(bare)
  }
  flush()
  return blocks
}

function paragraphBlocks(text: string): Block[] {
  // A paragraph that is HTML is read as HTML.
  if (/^\s*<\/?[a-z][\w-]*[\s>/]/i.test(text))
    return htmlText(text).blocks.map((each) =>
      each.kind === 'paragraph' ? { ...each, text: inline(each.text) } : each,
    )
  if (/^( {4}|\t)/.test(text)) return block('code', text.replace(/^( {4}|\t)/gm, ''))
  return block('paragraph', inline(text))
}

function isTableStart(lines: string[], i: number): boolean {
  const next = lines[i + 1]
  return (
    lines[i]!.includes('|') &&
    next !== undefined &&
    next.includes('-') &&
    /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(next)
  )
}

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.replaceAll('\\|', '|').trim())
}

/** Takes the marks off: emphasis, code ticks, links (their words stay, their targets go), pictures (their words stay), inline HTML. */
function inline(text: string): string {
  return text
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)/g, '$1')
    .replace(/\[([^\]]+)\]\[[^\]]*\]/g, '$1')
    .replace(/^\[[^\]]+\]:\s+\S+.*$/gm, '')
    .replace(/<((?:https?|mailto):[^>\s]+)>/g, '$1')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/(`+)([\s\S]*?)\1/g, '$2')
    .replace(/(\*\*|__|~~)(?=\S)([\s\S]*?\S)\1/g, '$2')
    .replace(/(?<![\w*])\*(?=\S)([^*\n]*?\S)\*(?![\w*])/g, '$1')
    .replace(/(?<![\w_])_(?=\S)([^_\n]*?\S)_(?![\w_])/g, '$1')
    .replace(/\\([\\`*_{}[\]()#+\-.!|<>~])/g, '$1')
    .replace(
      /&(amp|lt|gt|quot|nbsp|#\d+|#x[0-9a-f]+);/gi,
      (entity) => htmlText(`<p>${entity}</p>`).blocks[0]?.text ?? ' ',
    )
}
