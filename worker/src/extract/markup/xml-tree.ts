/** XML as a tree, with the prefixes office formats usually write, whatever prefixes the file itself chose. */
import { attributeOf, decodeEntities, scanXml, xmlText } from './xml.ts'

export type XmlElement = {
  /** Prefix and local name, "w:p". */
  name: string
  attributes: Record<string, string>
  children: (XmlElement | string)[]
}

/** Namespace to usual prefix, for transitional and strict OOXML and for ODF. A namespace not named here keeps its own prefix. */
const prefixes: Record<string, string> = {
  'http://schemas.openxmlformats.org/wordprocessingml/2006/main': 'w',
  'http://purl.oclc.org/ooxml/wordprocessingml/main': 'w',
  'http://schemas.openxmlformats.org/drawingml/2006/main': 'a',
  'http://purl.oclc.org/ooxml/drawingml/main': 'a',
  'http://schemas.openxmlformats.org/presentationml/2006/main': 'p',
  'http://purl.oclc.org/ooxml/presentationml/main': 'p',
  'http://schemas.openxmlformats.org/spreadsheetml/2006/main': '',
  'http://purl.oclc.org/ooxml/spreadsheetml/main': '',
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships': 'r',
  'http://purl.oclc.org/ooxml/officeDocument/relationships': 'r',
  'http://schemas.openxmlformats.org/officeDocument/2006/math': 'm',
  'http://purl.oclc.org/ooxml/officeDocument/math': 'm',
  'http://schemas.openxmlformats.org/drawingml/2006/chart': 'c',
  'http://purl.oclc.org/ooxml/drawingml/chart': 'c',
  'http://schemas.openxmlformats.org/markup-compatibility/2006': 'mc',
  'http://schemas.openxmlformats.org/package/2006/relationships': '',
  'http://schemas.openxmlformats.org/package/2006/content-types': '',
  'urn:oasis:names:tc:opendocument:xmlns:office:1.0': 'office',
  'urn:oasis:names:tc:opendocument:xmlns:text:1.0': 'text',
  'urn:oasis:names:tc:opendocument:xmlns:table:1.0': 'table',
  'urn:oasis:names:tc:opendocument:xmlns:drawing:1.0': 'draw',
  'urn:oasis:names:tc:opendocument:xmlns:style:1.0': 'style',
  'urn:oasis:names:tc:opendocument:xmlns:presentation:1.0': 'presentation',
}

/** The usual name for a prefix declared in `attributes`, as pairs written to usual; undefined where all are usual already. */
function renamed(attributes: string, outer: Map<string, string> | undefined): Map<string, string> | undefined {
  if (!attributes.includes('xmlns')) return outer
  let map = outer
  for (const [, prefix = '', , double, single] of attributes.matchAll(
    /xmlns(?::([\w.-]+))?\s*=\s*("([^"]*)"|'([^']*)')/g,
  )) {
    const usual = prefixes[double ?? single ?? '']
    if (usual === undefined || (usual === prefix && !map?.has(prefix))) continue
    map = new Map(map)
    map.set(prefix, usual)
  }
  return map
}

function usualName(name: string, map: Map<string, string> | undefined): string {
  if (!map) return name
  const colon = name.indexOf(':')
  const usual = map.get(colon < 0 ? '' : name.slice(0, colon))
  if (usual === undefined) return name
  const local = name.slice(colon + 1)
  return usual ? `${usual}:${local}` : local
}

function attributesOf(raw: string, map: Map<string, string> | undefined): Record<string, string> {
  const found: Record<string, string> = {}
  if (!raw) return found
  for (const [, name, , double, single] of raw.matchAll(/([^\s=]+)\s*=\s*("([^"]*)"|'([^']*)')/g)) {
    // An attribute without prefix is in no namespace, so the default namespace does not rename it.
    found[name!.includes(':') ? usualName(name!, map) : name!] = decodeEntities(double ?? single ?? '')
  }
  return found
}

/** Parses bytes or text into a tree; the returned element is a root without a name. Unclosed elements end with the text. */
export function parseXml(source: Uint8Array | string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [] }
  const stack: { element: XmlElement; map: Map<string, string> | undefined }[] = [{ element: root, map: undefined }]
  scanXml(typeof source === 'string' ? source : xmlText(source), {
    open(name, raw) {
      const top = stack[stack.length - 1]!
      const map = renamed(raw, top.map)
      const element = { name: usualName(name, map), attributes: attributesOf(raw, map), children: [] }
      top.element.children.push(element)
      stack.push({ element, map })
    },
    close() {
      if (stack.length > 1) stack.pop()
    },
    text(text) {
      stack[stack.length - 1]!.element.children.push(text)
    },
  })
  return root
}

export function elements(parent: XmlElement | undefined, name?: string): XmlElement[] {
  const found: XmlElement[] = []
  for (const child of parent?.children ?? []) {
    if (typeof child !== 'string' && (name === undefined || child.name === name)) found.push(child)
  }
  return found
}

/** The element reached by going down through the first child of each name. */
export function path(parent: XmlElement | undefined, ...names: string[]): XmlElement | undefined {
  let at = parent
  for (const name of names) {
    at = at?.children.find((child): child is XmlElement => typeof child !== 'string' && child.name === name)
  }
  return at
}

/** All elements of that name below `parent`, in document order. */
export function descendants(parent: XmlElement | undefined, name: string): XmlElement[] {
  const found: XmlElement[] = []
  const visit = (element: XmlElement) => {
    for (const child of element.children) {
      if (typeof child === 'string') continue
      if (child.name === name) found.push(child)
      visit(child)
    }
  }
  if (parent) visit(parent)
  return found
}

/** All text below an element, joined. */
export function textOf(element: XmlElement | undefined): string {
  if (!element) return ''
  let text = ''
  for (const child of element.children) text += typeof child === 'string' ? child : textOf(child)
  return text
}

export { attributeOf }
