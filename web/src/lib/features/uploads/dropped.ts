/** Files out of a drop or a picker, whole folders included, each with the path of the folders it lay in. */
export type Found = { file: File; folder: string }

/** Leavings of desktops that nobody means to upload. */
const LEAVINGS = /^(\.DS_Store|\.localized|Thumbs\.db|desktop\.ini|~\$.*|\._.*)$/i

/** Must be called while the drop event lives: its items are gone afterwards. */
export function entriesOf(data: DataTransfer): { entries: FileSystemEntry[]; files: File[] } {
  const entries: FileSystemEntry[] = []
  for (const item of data.items) {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null
    if (entry) entries.push(entry)
  }
  return { entries, files: entries.length > 0 ? [] : [...data.files] }
}

/** Walks folders to their end; a folder that cannot be read is left out rather than ending the whole. */
export async function* filesOf(dropped: { entries: FileSystemEntry[]; files: File[] }): AsyncGenerator<Found> {
  for (const file of dropped.files) if (!LEAVINGS.test(file.name)) yield { file, folder: '' }
  const waiting = dropped.entries.map((entry) => ({ entry, folder: '' }))
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { entry, folder } = next
    if (LEAVINGS.test(entry.name)) continue
    if (entry.isFile) {
      const file = await fileOf(entry as FileSystemFileEntry)
      if (file) yield { file, folder }
    } else if (entry.isDirectory) {
      const below = folder ? `${folder}/${entry.name}` : entry.name
      for (const child of await childrenOf(entry as FileSystemDirectoryEntry))
        waiting.push({ entry: child, folder: below })
    }
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File | null> =>
  new Promise((resolve) => entry.file(resolve, () => resolve(null)))

/** Browsers hand over a hundred at a time, until an empty portion. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])))
    if (part.length === 0) return all
    all.push(...part)
  }
}

/** From a file picker; a folder picker gives each file its path. */
export function picked(list: FileList): Found[] {
  return [...list]
    .filter((file) => !LEAVINGS.test(file.name))
    .map((file) => ({ file, folder: file.webkitRelativePath.split('/').slice(0, -1).join('/') }))
}
