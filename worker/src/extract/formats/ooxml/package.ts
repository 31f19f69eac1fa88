/** The package around OOXML parts (ECMA-376 part 2): which part refers to which. */
import type { Zip } from '../../archive/zip.ts'
import { descendants, elements, parseXml, path, textOf } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'
import { damaged } from '../../reading.ts'

export type Relation = { id: string; type: string; target: string; external: boolean }

/** Relations of a part ('' for the package itself). `type` is the last word of the type's address, "slide". */
export function relationsOf(zip: Zip, part: string): Relation[] {
  const slash = part.lastIndexOf('/') + 1
  const bytes = zip.read(`${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`)
  if (!bytes) return []
  return descendants(parseXml(bytes), 'Relationship').map(({ attributes }) => ({
    id: attributes.Id ?? '',
    type: (attributes.Type ?? '').split('/').pop() ?? '',
    target: resolve(part.slice(0, slash), attributes.Target ?? ''),
    external: attributes.TargetMode === 'External',
  }))
}

function resolve(folder: string, target: string): string {
  const parts = target.startsWith('/') ? [] : folder.split('/').filter(Boolean)
  for (const step of target.split('/')) {
    if (step === '..') parts.pop()
    else if (step && step !== '.') parts.push(step)
  }
  return parts.join('/')
}

/** The main part: where the package says, else where it usually stands. */
export function mainPart(zip: Zip, usual: string, what: string): string {
  const named = relationsOf(zip, '').find((relation) => relation.type === 'officeDocument')?.target
  for (const part of [named, usual]) if (part && zip.has(part)) return part
  throw damaged(what)
}

export function readPart(zip: Zip, part: string): XmlElement | undefined {
  const bytes = zip.read(part)
  return bytes && parseXml(bytes)
}

/** Title and author as the program stored them. */
export function coreProperties(zip: Zip): { title?: string; author?: string } {
  const target =
    relationsOf(zip, '').find((relation) => relation.type === 'core-properties')?.target ?? 'docProps/core.xml'
  const core = elements(readPart(zip, target))[0]
  const title = textOf(path(core, 'dc:title')).trim()
  const author = textOf(path(core, 'dc:creator')).trim()
  return { ...(title && { title }), ...(author && { author }) }
}
