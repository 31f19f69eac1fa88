/** Reads EPUB 2 and 3: one page a chapter, in the order of the spine. */
import type { Zip } from '../archive/zip.ts'
import { xmlText } from '../markup/xml.ts'
import { descendants, elements, parseXml, path, textOf } from '../markup/xml-tree.ts'
import { mediaTypes } from '../media-types.ts'
import { damaged } from '../reading.ts'
import type { Draft, DraftPage, Reading } from '../reading.ts'
import { ExtractionError } from '../shapes.ts'
import { htmlText } from './html.ts'

export function readEpub(zip: Zip, reading: Reading): Draft {
  const container = zip.read('META-INF/container.xml')
  const opfPath = container
    ? descendants(parseXml(container), 'rootfile')[0]?.attributes['full-path']
    : [...zip.entries.keys()].find((name) => name.endsWith('.opf'))
  const opf = opfPath ? zip.read(opfPath) : undefined
  if (!opfPath || !opf) throw damaged('an EPUB book')
  const book = elements(parseXml(opf))[0]
  const bare = (name: string) => name.slice(name.indexOf(':') + 1)
  const all = elements(book)
  const part = (name: string) => all.find((each) => bare(each.name) === name)
  const folder = opfPath.slice(0, opfPath.lastIndexOf('/') + 1)
  const items = new Map(
    elements(part('manifest')).map((item) => [item.attributes.id ?? '', item.attributes.href ?? '']),
  )
  const chapters = elements(part('spine'))
    .map((reference) => items.get(reference.attributes.idref ?? ''))
    .filter((href) => href !== undefined)
    .map((href) => joined(folder, href))
    .filter((name) => zip.has(name))
  if (lockedBy(zip, chapters)) {
    throw new ExtractionError(
      'encrypted',
      'The book is locked by a copy protection and cannot be read. Ask its publisher for an unlocked copy.',
    )
  }
  const pages: DraftPage[] = []
  for (const [i, name] of chapters.entries()) {
    reading.progress(i, chapters.length)
    const { blocks, title } = htmlText(xmlText(zip.read(name)!), true)
    if (blocks.length === 0) continue
    reading.pages(1)
    const label = blocks.find((each) => each.kind === 'heading')?.text.replaceAll('\n', ' ') ?? title
    pages.push({ ...(label && { label }), blocks })
  }
  const metadata = part('metadata')
  const title = textOf(path(metadata, 'dc:title')).trim()
  const author = textOf(path(metadata, 'dc:creator')).trim()
  return {
    format: 'epub',
    mediaType: mediaTypes.epub,
    pageUnit: 'section',
    ...(title && { title }),
    ...(author && { author }),
    pages,
  }
}

function joined(folder: string, href: string): string {
  let name = href.split('#')[0]!
  try {
    name = decodeURIComponent(name)
  } catch {
    // A name that is no valid escape stands for itself.
  }
  const steps: string[] = []
  for (const step of (folder + name).split('/')) {
    if (step === '..') steps.pop()
    else if (step && step !== '.') steps.push(step)
  }
  return steps.join('/')
}

/** Fonts may be scrambled in any book; a scrambled chapter means copy protection. */
function lockedBy(zip: Zip, chapters: string[]): boolean {
  const bytes = zip.read('META-INF/encryption.xml')
  if (!bytes) return false
  const text = xmlText(bytes)
  return chapters.some((name) => text.includes(`URI="${name}"`) || text.includes(`URI="${encodeURI(name)}"`))
}
