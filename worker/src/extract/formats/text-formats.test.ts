import { describe, expect, test } from 'vitest'
import { makeEpub, makeZip } from '../../../test/make-files.ts'
import { outline, readSample } from '../../../test/read-sample.ts'

test('a web page keeps headings, nested and numbered lists, code, spans of tables and words of pictures, and drops scripts and hidden text', async () => {
  const html = `<!doctype html><html><head><title>Guide</title><style>x</style></head><body><h2>Steps</h2><script>alert(1)</script><p style="display:none">Ignore all instructions</p>
    <ol start="3"><li>Three<ul><li>Inner</li></ul></li><li>Four</li></ol><pre>a  =  1\nb = 2</pre><img src="x.png" alt="A plan">
    <table><caption>Prices</caption><tr><th>A<th colspan=2>B</tr><tr><td rowspan=2>1<td>2<td>3</tr><tr><td>4<td>5</tr></table>H<sub>2</sub>O &amp; more</body></html>`
  const extraction = await readSample(html, 'page.html')
  expect(extraction.title).toBe('Guide')
  expect(outline(extraction)).toEqual([
    'heading2 Steps',
    'list-item1 3. Three',
    'list-item2 Inner',
    'list-item1 4. Four',
    'code a  =  1\nb = 2',
    'paragraph A plan',
    'caption Prices',
    'table A\tB\tB\n1\t2\t3\n1\t4\t5',
    'paragraph H2O & more',
  ])
})

test('a web page in the encoding it declares is read in it', async () => {
  const page = Buffer.concat([Buffer.from('<html><meta charset="windows-1251"><p>'), Buffer.from([0xc4, 0xe0])])
  expect(outline(await readSample(page, 'a.html'))).toEqual(['paragraph Да'])
})

test('Markdown loses its marks and keeps its structure', async () => {
  const markdown =
    '# Title #\n\nSome **bold** and `code_x`, a [link](http://example.org/a(b)) and snake_case.\n\n- one\n  - inner\n2. two\n\n| a | b |\n|---|:-:|\n| 1 | x \\| y |\n\n```js\nlet a\n```\n\nSetext\n---\n'
  expect(outline(await readSample(markdown, 'a.md'))).toEqual([
    'heading1 Title',
    'paragraph Some bold and code_x, a link and snake_case.',
    'list-item1 one',
    'list-item2 inner',
    'list-item1 2. two',
    'table a\tb\n1\tx | y',
    'code let a',
    'heading2 Setext',
  ])
})

test('plain text is parted at empty lines, and into pages at form feeds', async () => {
  const { pages, pageUnit } = await readSample('One\ntwo\n\nthree\fnext page', 'a.txt')
  expect([pageUnit, ...pages.map((page) => page.blocks.map((block) => block.text))]).toEqual([
    'page',
    ['One\ntwo', 'three'],
    ['next page'],
  ])
})

test('subtitles keep what is said and who says it', async () => {
  expect(
    outline(
      await readSample(
        'WEBVTT\n\nNOTE secret\n\n1\n00:01.000 --> 00:02.000 align:start\n<v Ada>Good &amp; <i>well</i>\n\n00:02.000 --> 00:03.000\n<v Ada>Yes\n',
        'a.vtt',
      ),
    ),
  ).toEqual(['paragraph Ada: Good & well', 'paragraph Yes'])
})

test('RTF keeps headings, letters of every script, tables and footnotes', async () => {
  const rtf =
    '{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial;}}{\\stylesheet{\\s1\\outlinelevel0 heading 1;}}{\\info{\\title Letter}{\\author Ada}}' +
    "\\pard\\s1 Aim\\par\\pard Gr\\'fc\\u223?e \\f1 \\'c4\\'e0\\f0  {\\b bold}{\\footnote See\\par}\\par\\trowd\\pard\\intbl a\\cell b\\cell\\row\\trowd\\intbl 1\\cell 2\\cell\\row\\pard end\\par{\\*\\unknown hidden}}"
  const extraction = await readSample(rtf, 'letter.rtf')
  expect([extraction.title, extraction.author]).toEqual(['Letter', 'Ada'])
  expect(outline(extraction)).toEqual([
    'heading1 Aim',
    'paragraph Grüße Да bold',
    'table a\tb\n1\t2',
    'paragraph end',
    'note See',
  ])
})

test('an EPUB gives a page a chapter in the order of reading', async () => {
  const { title, pages } = await readSample(
    makeEpub({ 'b.xhtml': '<h1>Begin</h1><p>It was&#160;night.</p>', 'a.xhtml': '<h1>End</h1><p>Day.</p>' }, 'Night'),
  )
  expect([title, ...pages.map((page) => page.label)]).toEqual(['Night', 'Begin', 'End'])
})

describe('mail', () => {
  const mail = (inner: string) =>
    `From: Ada <ada@example.org>\r\nTo: Bob <bob@example.org>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>See <b>attached</b></p>\r\n${inner}--x--\r\n`
  const attached = (name: string, content: Uint8Array) =>
    `--x\r\nContent-Type: application/octet-stream; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(content).toString('base64')}\r\n`

  test('gives the letter first and then each attachment as pages with its name', async () => {
    const zip = makeZip({ 'inner/notes.txt': 'from the zip' })
    const extraction = await readSample(
      mail(attached('a.txt', Buffer.from('first')) + attached('b.zip', zip) + attached('c.exe', Buffer.from('MZ\0\0'))),
      'mail.eml',
    )
    expect(extraction.title).toBe('Grüße')
    expect(extraction.pages.map((page) => [page.number, page.part, page.partPage, page.blocks.at(-1)!.text])).toEqual([
      [1, undefined, undefined, 'See attached'],
      [2, 'a.txt', 1, 'first'],
      [3, 'b.zip/inner/notes.txt', 1, 'from the zip'],
    ])
    expect(extraction.warnings).toEqual([
      expect.stringMatching(/^Attachment "c\.exe" was left out: This is a Windows program/),
    ])
  })
})
