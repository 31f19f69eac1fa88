/** Reads Excel workbooks (XLSX, XLSM, XLTX): one page a sheet, with tables, charts, text boxes and comments. */
import type { Zip } from '../../archive/zip.ts'
import { descendants, elements, path, textOf } from '../../markup/xml-tree.ts'
import type { XmlElement } from '../../markup/xml-tree.ts'
import { mediaTypes } from '../../media-types.ts'
import { block, commentBlock } from '../../reading.ts'
import type { Draft, DraftPage, Reading } from '../../reading.ts'
import type { Block } from '../../shapes.ts'
import { sheetBlocks } from '../sheet-regions.ts'
import { chartBlocks } from './chart.ts'
import { numberFormat } from './number-format.ts'
import type { NumberFormat } from './number-format.ts'
import { coreProperties, mainPart, readPart, relationsOf } from './package.ts'
import type { Relation } from './package.ts'
import { readSheetCells, readSharedStrings } from './sheet-cells.ts'
import type { Workbook } from './sheet-cells.ts'

export function readXlsx(zip: Zip, reading: Reading): Draft {
  const main = mainPart(zip, 'xl/workbook.xml', 'an Excel workbook')
  const relations = relationsOf(zip, main)
  const root = elements(readPart(zip, main))[0]
  const target = (type: string) => relations.find((relation) => relation.type === type)?.target
  const workbook: Workbook = {
    strings: readSharedStrings(zip, target('sharedStrings')),
    formats: readFormats(target('styles') ? readPart(zip, target('styles')!) : undefined),
    epoch1904: /^(1|true)$/.test(path(root, 'workbookPr')?.attributes.date1904 ?? ''),
  }
  const people = readPeople(zip, relations)
  const sheets = descendants(root, 'sheet')
    .map((sheet) => ({
      name: sheet.attributes.name ?? '',
      hidden: sheet.attributes.state !== undefined && sheet.attributes.state !== 'visible',
      part: relations.find((relation) => relation.id === sheet.attributes['r:id'])?.target ?? '',
    }))
    .filter((sheet) => zip.has(sheet.part))
  reading.pages(sheets.length)
  const pages = sheets.map((sheet, i): DraftPage => {
    reading.progress(i, sheets.length)
    const inner = relationsOf(zip, sheet.part)
    const blocks = [
      ...block('heading', sheet.name, 2),
      ...(sheet.part.includes('chartsheet') ? [] : sheetBlocks(readSheetCells(zip, sheet.part, workbook))),
      ...drawingBlocks(zip, inner),
      ...commentBlocks(zip, inner, people),
    ]
    return { label: sheet.hidden ? `${sheet.name} (hidden)` : sheet.name, blocks }
  })
  return { format: 'xlsx', mediaType: mediaTypes.xlsx, pageUnit: 'sheet', ...coreProperties(zip), pages }
}

function readFormats(styles: XmlElement | undefined): NumberFormat[] {
  const codes = new Map(
    descendants(styles, 'numFmt').map((each) => [Number(each.attributes.numFmtId), each.attributes.formatCode]),
  )
  return elements(path(elements(styles)[0], 'cellXfs'), 'xf').map((xf) => {
    const id = Number(xf.attributes.numFmtId ?? 0)
    return numberFormat(id, codes.get(id))
  })
}

function readPeople(zip: Zip, relations: Relation[]): Map<string, string> {
  const part = relations.find((relation) => relation.type === 'person')?.target
  return new Map(
    (part ? descendants(readPart(zip, part), 'person') : []).map((each) => [
      each.attributes.id ?? '',
      each.attributes.displayName ?? '',
    ]),
  )
}

function drawingBlocks(zip: Zip, sheetRelations: Relation[]): Block[] {
  return sheetRelations
    .filter((relation) => relation.type === 'drawing')
    .flatMap(({ target }) => {
      const relations = relationsOf(zip, target)
      const blocks: Block[] = []
      const visit = (element: XmlElement) => {
        for (const child of elements(element)) {
          if (child.name === 'c:chart' || child.name === 'dgm:relIds') {
            blocks.push(...chartBlocks(zip, relations, child.attributes['r:id'] ?? child.attributes['r:dm'] ?? ''))
          } else if (child.name === 'xdr:txBody') {
            for (const paragraph of descendants(child, 'a:p'))
              blocks.push(...block('paragraph', descendants(paragraph, 'a:t').map(textOf).join('')))
          } else if (child.name !== 'mc:Fallback') {
            visit(child)
          }
        }
      }
      const root = readPart(zip, target)
      if (root) visit(root)
      return blocks
    })
}

function commentBlocks(zip: Zip, relations: Relation[], people: Map<string, string>): Block[] {
  const threaded = relations
    .filter((relation) => relation.type === 'threadedComment')
    .flatMap(({ target }) =>
      descendants(readPart(zip, target), 'threadedComment').flatMap((each) =>
        commentBlock(textOf(path(each, 'text')), people.get(each.attributes.personId ?? ''), each.attributes.dT),
      ),
    )
  const classic = relations
    .filter((relation) => relation.type === 'comments')
    .flatMap(({ target }) => {
      const root = readPart(zip, target)
      const authors = descendants(root, 'author').map(textOf)
      return descendants(root, 'comment').flatMap((comment) => {
        const words = descendants(comment, 't').map(textOf).join('').trim()
        const author = authors[Number(comment.attributes.authorId)]
        // For older programs, threads are written a second time as a classic comment.
        if (author?.startsWith('tc=') || words.startsWith('[Threaded comment]')) return []
        return commentBlock(author && words.startsWith(`${author}:`) ? words.slice(author.length + 1) : words, author)
      })
    })
  return [...classic, ...threaded]
}
