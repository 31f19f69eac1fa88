/** Controls, and marks that turn the reading direction and so could disguise an ending ("gpj.exe"). */
const deceptive = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/** The last part of what a browser or script called the file, safe to show and to give back. Never used to form a path. */
export function cleanFileName(given: string): string {
  const base = given.split(/[/\\]/).at(-1) ?? ''
  const clean = base.normalize('NFC').replaceAll(deceptive, '').trim()
  return clean === '' || clean === '.' || clean === '..' ? 'unnamed' : [...clean].slice(0, 255).join('')
}

/** The parts of a dropped folder's path, without steps upwards. */
export function cleanFolders(path: string): string[] {
  return path
    .split(/[/\\]/)
    .map((part) => part.normalize('NFC').replaceAll(deceptive, '').trim().slice(0, 200))
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .slice(0, 20)
}

/** What a document is called at first: its file name without the ending. */
export const titleOf = (fileName: string) => fileName.replace(/\.[A-Za-z0-9]{1,8}$/, '') || fileName
