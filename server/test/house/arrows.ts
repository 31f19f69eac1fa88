/** Which way imports point. One place; docs/architecture.md tells the reasons. */
import { type Import, isTest } from './sources.ts'

/** What each noun may know of the others. A noun that is missing here may not be imported by anyone. */
const below: Record<string, string[]> = {
  access: [],
  audit: ['access'],
  identity: ['access', 'audit'],
  settings: ['access', 'audit', 'identity'],
  collections: ['access', 'audit', 'identity'],
  documents: ['access', 'audit', 'identity', 'settings', 'collections'],
  search: ['access', 'audit', 'identity', 'settings', 'collections', 'documents'],
  answers: ['access', 'audit', 'identity', 'settings', 'collections', 'documents', 'search'],
  system: ['access', 'audit', 'identity', 'settings', 'collections', 'documents', 'search', 'answers'],
}

/** Parsers read what strangers wrote: they load in the confined extraction process and nowhere else. */
const parsers = [
  '@hyzyla/pdfium',
  '@kenjiuno/msgreader',
  'csv-parse',
  'file-type',
  'htmlparser2',
  'linkedom',
  'officeparser',
  'postal-mime',
  'tesseract.js',
  'tesseract.js-core',
  'unpdf',
  'yauzl',
]

const nounOf = (path: string) => /^server\/src\/domain\/([^/]+)\//.exec(path)?.[1]
const fileOf = (path: string) => path.split('/').at(-1) ?? ''
/** Files that only describe shapes: they may be read without the verbs behind index.ts. */
const shapes = new Set(['contract.ts', 'extraction.ts'])

/** Says what is wrong with an import, or nothing. */
export function breach({ from, target, typeOnly }: Import): string | undefined {
  if (isTest(from)) return undefined
  const name = target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
  if (parsers.includes(name) && !from.startsWith('worker/src/extract/')) return `${from} loads the parser ${name}`
  if (from.startsWith('web/')) {
    const server = target.startsWith('@innosynth/server') || target.startsWith('server/')
    return server && !typeOnly ? `${from} takes more than types from ${target}` : undefined
  }
  const noun = nounOf(target)
  if (!noun) return undefined
  const own = nounOf(from)
  if (own) return own === noun ? undefined : betweenNouns(from, own, target, noun)
  if (/^server\/src\/(db|platform|config)\//.test(from) && from !== 'server/src/db/schema.ts')
    return `${from} knows the noun ${noun}`
  if (from.startsWith('server/src/http/') && noun !== 'access' && !typeOnly) return `${from} knows the noun ${noun}`
  // The confined process reads no more of the server than the shapes it fills.
  if (from.startsWith('worker/src/extract/') && shapes.has(fileOf(target))) return undefined
  if (from.startsWith('worker/'))
    return `${from} reaches into ${target}; the worker imports @innosynth/server/domain/${noun}`
  return undefined
}

function betweenNouns(from: string, own: string, target: string, noun: string): string | undefined {
  if (!below[own]?.includes(noun)) return `${from}: ${own} must not know ${noun}`
  const [here, there] = [fileOf(from), fileOf(target)]
  const together = (shapes.has(here) && shapes.has(there)) || (here === 'tables.ts' && there === 'tables.ts')
  return there === 'index.ts' || together ? undefined : `${from} reaches past ${noun}/index.ts to ${there}`
}
