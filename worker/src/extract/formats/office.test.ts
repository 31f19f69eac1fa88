import { describe, expect, test } from 'vitest'
import { makeDocx, makeOdf, makePptx, makeXlsx, paragraph, shape } from '../../../test/make-files.ts'
import { outline, readSample } from '../../../test/read-sample.ts'

const cell = (text: string, properties = '') =>
  `<w:tc>${properties && `<w:tcPr>${properties}</w:tcPr>`}${paragraph(text)}</w:tc>`
const row = (...cells: string[]) => `<w:tr>${cells.join('')}</w:tr>`

describe('a Word document', () => {
  const styles =
    '<w:styles><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="Sub"><w:name w:val="My style"/><w:basedOn w:val="berschrift1"/></w:style></w:styles>'
  const numbering =
    '<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
  const item = (text: string, level: number) =>
    paragraph(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="7"/></w:numPr>`)

  test('keeps headings whatever language their styles are named in', async () => {
    const docx = makeDocx(
      paragraph('Einleitung', '<w:pStyle w:val="berschrift1"/>') +
        paragraph('Ziel', '<w:pStyle w:val="Sub"/>') +
        paragraph('Text'),
      { styles: ['styles.xml', styles] },
    )
    expect(outline(await readSample(docx))).toEqual(['heading1 Einleitung', 'heading1 Ziel', 'paragraph Text'])
  })

  test('keeps the numbers of lists, which people refer to', async () => {
    const docx = makeDocx(
      item('one', 0) + item('inner', 1) + item('inner too', 1) + item('two', 0) + item('again', 1),
      { numbering: ['numbering.xml', numbering] },
    )
    expect(outline(await readSample(docx))).toEqual([
      'list-item1 1. one',
      'list-item2 1.a) inner',
      'list-item2 1.b) inner too',
      'list-item1 2. two',
      'list-item2 2.a) again',
    ])
  })

  test('repeats merged cells so that each row of a table reads by itself', async () => {
    const docx = makeDocx(
      `<w:tbl>${row(cell('Region'), cell('Sales', '<w:gridSpan w:val="2"/>'))}${row(cell('North', '<w:vMerge w:val="restart"/>'), cell('1'), cell('2'))}${row(cell('', '<w:vMerge/>'), cell('3'), cell('4'))}</w:tbl>`,
    )
    expect(outline(await readSample(docx))).toEqual(['table Region\tSales\tSales\nNorth\t1\t2\nNorth\t3\t4'])
  })

  test('keeps comments, footnotes, headers and text boxes, and leaves deleted text out', async () => {
    const box = `<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><w:txbxContent>${paragraph('In the box')}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>${paragraph('In the box')}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`
    const docx = makeDocx(
      `<w:p><w:r><w:t>Kept </w:t></w:r><w:del><w:r><w:delText>deleted </w:delText></w:r></w:del><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins></w:p>${box}`,
      {
        footnotes: [
          'footnotes.xml',
          `<w:footnotes><w:footnote w:type="separator" w:id="0">${paragraph('---')}</w:footnote><w:footnote w:id="1">${paragraph('See annex')}</w:footnote></w:footnotes>`,
        ],
        comments: [
          'comments.xml',
          `<w:comments><w:comment w:author="Ada" w:date="2026-01-02T03:04:05Z">${paragraph('Really?')}</w:comment></w:comments>`,
        ],
        header: ['header1.xml', `<w:hdr>${paragraph('Confidential')}</w:hdr>`],
      },
    )
    expect(outline(await readSample(docx))).toEqual([
      'paragraph Kept inserted',
      'paragraph In the box',
      'note See annex',
      'note Comment (author: Ada, time: 2026-01-02T03:04:05Z): Really?',
      'note Confidential',
    ])
  })

  test('has pages where Word stored them', async () => {
    const docx = makeDocx(paragraph('First') + '<w:p><w:r><w:lastRenderedPageBreak/><w:t>Second</w:t></w:r></w:p>')
    const { pages, pageUnit } = await readSample(docx)
    expect([pageUnit, ...pages.map((page) => `${page.number} ${page.blocks[0]!.text}`)]).toEqual([
      'page',
      '1 First',
      '2 Second',
    ])
  })

  test('writes equations as LaTeX', async () => {
    const docx = makeDocx(
      '<w:p><m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f><m:sSup><m:e><m:r><m:t>π</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath></w:p>',
    )
    expect(outline(await readSample(docx))).toEqual(['paragraph $\\frac{a}{2}\\pi ^{2}$'])
  })
})

describe('an Excel workbook', () => {
  test('gives one page a sheet, dates as dates, shared strings, and parts two tables at the empty row', async () => {
    const sheet =
      '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" s="1"><v>45292</v></c><c r="B2" s="2"><v>0.195</v></c></row><row r="5"><c r="A5"><v>0.30000000000000004</v></c><c r="B5" t="b"><v>1</v></c></row></sheetData>'
    const xlsx = makeXlsx(
      { Sales: sheet, 'Zweites Blatt': '<sheetData/>' },
      ['Day', 'Share'],
      '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/></cellXfs>',
    )
    const extraction = await readSample(xlsx)
    expect(extraction.pages.map((page) => page.label)).toEqual(['Sales', 'Zweites Blatt'])
    expect(outline(extraction)).toEqual([
      'heading2 Sales',
      'table Day\tShare\n2024-01-01\t19.50%',
      'table 0.3\tTRUE',
      'heading2 Zweites Blatt',
    ])
  })

  test('keeps a row together across a spacer column and repeats merged headings', async () => {
    const text = (place: string, words: string) => `<c r="${place}" t="inlineStr"><is><t>${words}</t></is></c>`
    const xlsx = makeXlsx({
      A: `<sheetData><row r="1">${text('A1', 'Name')}${text('C1', 'Year')}</row><row r="2">${text('A2', 'Ada')}${text('C2', '1815')}${text('D2', 'x')}</row></sheetData><mergeCells><mergeCell ref="C1:D1"/></mergeCells>`,
    })
    expect(outline(await readSample(xlsx))[1]).toBe('table Name\tYear\tYear\nAda\t1815\tx')
  })
})

describe('a presentation', () => {
  test('keeps slides in order, titles, bullets, numbers, tables and what is to be said', async () => {
    const table =
      '<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr><a:tc gridSpan="2"><a:txBody><a:p><a:r><a:t>Both</a:t></a:r></a:p></a:txBody></a:tc><a:tc hMerge="1"/></a:tr><a:tr><a:tc><a:txBody><a:p><a:r><a:t>1</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>2</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>'
    const pptx = makePptx([
      { shapes: shape('Plan', 'title') + shape('First\nSecond', 'body') + shape('free text') },
      {
        shapes: `<p:grpSp>${shape('one\ntwo', '', '<a:pPr><a:buAutoNum type="arabicParenR"/></a:pPr>')}</p:grpSp>${table}`,
        notes: 'Smile here',
      },
    ])
    const extraction = await readSample(pptx)
    expect(extraction.pageUnit).toBe('slide')
    expect(extraction.pages.map((page) => page.blocks.length)).toEqual([4, 4])
    expect(outline(extraction)).toEqual([
      'heading1 Plan',
      'list-item1 First',
      'list-item1 Second',
      'paragraph free text',
      'list-item1 1) one',
      'list-item1 2) two',
      'table Both\tBoth\n1\t2',
      'note Smile here',
    ])
  })
})

describe('OpenDocument', () => {
  test('text keeps headings, blanks, numbered lists, spans of tables, footnotes and comments', async () => {
    const styles =
      '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/></text:list-style>'
    const body =
      '<text:h text:outline-level="2">Aim</text:h><text:p>a<text:s text:c="2"/>b<text:tab/>c<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Foot</text:p></text:note-body></text:note></text:p>' +
      '<text:list text:style-name="L"><text:list-item><text:p>one</text:p></text:list-item><text:list-item><text:p>two</text:p></text:list-item></text:list>' +
      '<table:table><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>Top</text:p></table:table-cell><table:covered-table-cell/></table:table-row><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell><table:table-cell><text:p>2</text:p></table:table-cell></table:table-row></table:table>' +
      '<text:p>end<office:annotation><dc:creator>Ada</dc:creator><text:p>why</text:p></office:annotation></text:p>'
    expect(outline(await readSample(makeOdf('text', body, styles)))).toEqual([
      'heading2 Aim',
      'paragraph a b c',
      'list-item1 1. one',
      'list-item1 2. two',
      'table Top\tTop\n1\t2',
      'paragraph end',
      'note 1 Foot',
      'note Comment (author: Ada): why',
    ])
  })

  test('presentations give a page a slide with its notes, spreadsheets a page a sheet', async () => {
    const frame = (words: string, kind = '') =>
      `<draw:frame${kind && ` presentation:class="${kind}"`}><draw:text-box><text:p>${words}</text:p></draw:text-box></draw:frame>`
    const odp = await readSample(
      makeOdf(
        'presentation',
        `<draw:page draw:name="page1">${frame('Title', 'title')}${frame('Words')}<presentation:notes>${frame('Say it')}</presentation:notes></draw:page>`,
      ),
    )
    expect(outline(odp)).toEqual(['heading1 Title', 'paragraph Words', 'note Say it'])
    const ods = await readSample(
      makeOdf(
        'spreadsheet',
        '<table:table table:name="Q1"><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row><table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row></table:table>',
      ),
    )
    expect([ods.pages[0]!.label, ...outline(ods)]).toEqual(['Q1', 'heading2 Q1', 'table x\tx'])
  })
})
