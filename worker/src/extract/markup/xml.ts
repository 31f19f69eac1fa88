/**
 * A small, fast XML reader for office files. It knows elements, attributes, text and CDATA; it never expands
 * declared entities and refuses documents that declare any (the "billion laughs" attack), because no office program writes them.
 */
import { ExtractionError } from '../shapes.ts'

export type XmlHandler = {
  open(name: string, attributes: string): void
  close(name: string): void
  text(text: string): void
}

const namedEntities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

/** Resolves the five XML entities, &nbsp; and numeric references; leaves anything else as it stands. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x[0-9a-fA-F]+|#[0-9]+|\w+);/g, (whole, name: string) => {
    if (name[0] === '#') {
      const code = name[1] === 'x' ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10)
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ''
    }
    return namedEntities[name] ?? whole
  })
}

/** One attribute out of the raw text between a tag's name and its end; undefined where it is absent. */
export function attributeOf(raw: string, name: string): string | undefined {
  let from = 0
  for (;;) {
    const at = raw.indexOf(name, from)
    if (at < 0) return undefined
    from = at + name.length
    const before = at === 0 ? 32 : raw.charCodeAt(at - 1)
    if (before > 32) continue
    let i = from
    while (raw.charCodeAt(i) <= 32) i++
    if (raw[i] !== '=') continue
    i++
    while (raw.charCodeAt(i) <= 32) i++
    const quote = raw[i]
    if (quote !== '"' && quote !== "'") continue
    const end = raw.indexOf(quote, i + 1)
    return end < 0 ? undefined : decodeEntities(raw.slice(i + 1, end))
  }
}

/** Bytes of an XML part as text: UTF-8 unless a byte order mark or the declaration says otherwise. */
export function xmlText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  const named = /^\s*<\?xml[^>]*encoding=["']([\w.-]+)["']/.exec(head)?.[1]
  try {
    return new TextDecoder(named ?? 'utf-8').decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

/** Walks through `xml` and reports what it meets. Throws ExtractionError 'damaged' for declared entities and absurd depth. */
export function scanXml(xml: string, handler: XmlHandler): void {
  let depth = 0
  let at = 0
  while (at < xml.length) {
    const lt = xml.indexOf('<', at)
    if (lt < 0) break
    if (lt > at) handler.text(decodeEntities(xml.slice(at, lt)))
    const next = xml.charCodeAt(lt + 1)
    if (next === 33 /* ! */) {
      if (xml.startsWith('<!--', lt)) {
        const end = xml.indexOf('-->', lt + 4)
        at = end < 0 ? xml.length : end + 3
      } else if (xml.startsWith('<![CDATA[', lt)) {
        const end = xml.indexOf(']]>', lt + 9)
        handler.text(xml.slice(lt + 9, end < 0 ? xml.length : end))
        at = end < 0 ? xml.length : end + 3
      } else {
        at = endOfDeclaration(xml, lt)
      }
      continue
    }
    if (next === 63 /* ? */) {
      const end = xml.indexOf('?>', lt + 2)
      at = end < 0 ? xml.length : end + 2
      continue
    }
    const gt = endOfTag(xml, lt)
    if (gt < 0) break
    at = gt + 1
    if (next === 47 /* / */) {
      depth--
      handler.close(xml.slice(lt + 2, gt).trim())
      continue
    }
    const empty = xml.charCodeAt(gt - 1) === 47
    const inner = xml.slice(lt + 1, empty ? gt - 1 : gt)
    const space = inner.search(/\s/)
    const name = space < 0 ? inner : inner.slice(0, space)
    handler.open(name, space < 0 ? '' : inner.slice(space + 1))
    if (empty) {
      handler.close(name)
    } else if (++depth > 1500) {
      throw new ExtractionError(
        'damaged',
        'The file nests its contents more than 1,500 levels deep, which no office program does. It was refused for safety.',
      )
    }
  }
}

/** The end of a tag: the first > outside quotes. */
function endOfTag(xml: string, lt: number): number {
  let gt = xml.indexOf('>', lt)
  const quote = xml.indexOf('"', lt)
  // Only a tag with a > inside an attribute needs the slow way.
  if (quote < 0 || quote > gt) return gt
  let i = lt
  for (;;) {
    const open = nextQuote(xml, i, gt)
    if (open < 0) return gt
    const close = xml.indexOf(xml[open]!, open + 1)
    if (close < 0) return gt
    i = close + 1
    if (close > gt) gt = xml.indexOf('>', close)
    if (gt < 0) return -1
  }
}

function nextQuote(xml: string, from: number, before: number): number {
  for (let i = from; i < before; i++) {
    const code = xml.charCodeAt(i)
    if (code === 34 || code === 39) return i
  }
  return -1
}

function endOfDeclaration(xml: string, lt: number): number {
  const gt = xml.indexOf('>', lt)
  const bracket = xml.indexOf('[', lt)
  if (bracket < 0 || bracket > gt) return gt < 0 ? xml.length : gt + 1
  const end = xml.indexOf(']', bracket)
  if (/<!ENTITY/i.test(xml.slice(bracket, end < 0 ? xml.length : end))) {
    throw new ExtractionError(
      'damaged',
      'The file declares its own XML entities, a known way to make a small file explode in memory. Office programs never do this, so it was refused for safety.',
    )
  }
  const close = xml.indexOf('>', end)
  return end < 0 || close < 0 ? xml.length : close + 1
}
