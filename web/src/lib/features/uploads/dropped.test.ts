import { expect, test } from 'vitest'
import { filesOf, picked, type Found } from './dropped.ts'

/** A folder as browsers hand it over: at most `portion` entries at a time, then an empty portion. */
function folder(name: string, children: FileSystemEntry[], portion = 100): FileSystemEntry {
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader() {
      let at = 0
      return {
        readEntries(done: (entries: FileSystemEntry[]) => void) {
          done(children.slice(at, at + portion))
          at += portion
        },
      }
    },
  } as unknown as FileSystemEntry
}
const file = (name: string, broken = false): FileSystemEntry =>
  ({
    name,
    isFile: true,
    isDirectory: false,
    file: (done: (file: File) => void, fail: (error: Error) => void) =>
      broken ? fail(new Error('gone')) : done(new File(['x'], name)),
  }) as unknown as FileSystemEntry

async function all(entries: FileSystemEntry[]): Promise<string[]> {
  const found: Found[] = []
  for await (const one of filesOf({ entries, files: [] })) found.push(one)
  return found.map((one) => `${one.folder}/${one.file.name}`).sort()
}

test('a dropped folder is walked to its end, whatever the portions', async () => {
  const many = Array.from({ length: 250 }, (_, index) => file(`${index}.pdf`))
  expect(await all([folder('Archive', many, 100)])).toHaveLength(250)
})

test('files keep the folders they lay in', async () => {
  const dropped = [file('loose.md'), folder('Reports', [file('a.md'), folder('2026', [file('b.md')])])]
  expect(await all(dropped)).toEqual(['/loose.md', 'Reports/2026/b.md', 'Reports/a.md'])
})

test('leavings of desktops and files that vanished are passed over', async () => {
  expect(
    await all([file('.DS_Store'), file('Thumbs.db'), file('~$open.docx'), file('gone.pdf', true), file('kept.pdf')]),
  ).toEqual(['/kept.pdf'])
})

test('a folder picker gives each file its path', () => {
  const one = new File(['x'], 'b.md')
  Object.defineProperty(one, 'webkitRelativePath', { value: 'Reports/2026/b.md' })
  expect(picked([one] as unknown as FileList)).toEqual([{ file: one, folder: 'Reports/2026' }])
})
