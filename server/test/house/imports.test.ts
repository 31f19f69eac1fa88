import { describe, expect, it } from 'vitest'
import { breach } from './arrows.ts'
import { filesUnder, importsOf, isCode } from './sources.ts'

const all = ['server', 'worker', 'web'].flatMap((part) => filesUnder(part)).filter(isCode)

describe('imports', () => {
  it('follow the arrows everywhere', () => {
    expect(all.flatMap((path) => importsOf(path).map(breach)).filter(Boolean)).toEqual([])
  })

  it('are found in every form they are written in', () => {
    const text = `import a, { b } from './b.ts'\nimport type { C } from '../access/index.ts'\nexport * from "./d.ts"\nimport './e.ts'\nconst f = await import('unpdf')\nimport {\n  g,\n} from './g.ts'\n`
    expect(importsOf('server/src/domain/search/a.ts', text)).toEqual([
      { from: 'server/src/domain/search/a.ts', target: 'server/src/domain/search/b.ts', typeOnly: false },
      { from: 'server/src/domain/search/a.ts', target: 'server/src/domain/access/index.ts', typeOnly: true },
      { from: 'server/src/domain/search/a.ts', target: 'server/src/domain/search/d.ts', typeOnly: false },
      { from: 'server/src/domain/search/a.ts', target: 'server/src/domain/search/e.ts', typeOnly: false },
      { from: 'server/src/domain/search/a.ts', target: 'unpdf', typeOnly: false },
      { from: 'server/src/domain/search/a.ts', target: 'server/src/domain/search/g.ts', typeOnly: false },
    ])
  })

  it.each([
    ['server/src/domain/documents/list.ts', 'server/src/domain/search/index.ts', 'documents must not know search'],
    ['server/src/domain/search/query.ts', 'server/src/domain/documents/queries.ts', 'reaches past documents/index.ts'],
    ['server/src/db/client.ts', 'server/src/domain/access/index.ts', 'knows the noun access'],
    ['server/src/http/guard.ts', 'server/src/domain/documents/index.ts', 'knows the noun documents'],
    ['server/src/domain/documents/upload.ts', 'officeparser', 'loads the parser'],
    ['worker/src/jobs/documents.ts', 'unpdf', 'loads the parser'],
    ['worker/src/jobs/documents.ts', 'server/src/domain/documents/index.ts', 'reaches into'],
    ['web/src/lib/api.ts', '@innosynth/server/client', 'takes more than types'],
  ])('refuse %s → %s', (from, target, words) => {
    expect(breach({ from, target, typeOnly: false })).toContain(words)
  })

  it.each([
    ['server/src/domain/answers/ask.ts', 'server/src/domain/search/index.ts'],
    ['server/src/domain/documents/tables.ts', 'server/src/domain/collections/tables.ts'],
    ['server/src/domain/search/contract.ts', 'server/src/domain/documents/extraction.ts'],
    ['server/src/app.ts', 'server/src/domain/documents/routes.ts'],
    ['worker/src/extract/pdf/read.ts', 'unpdf'],
  ])('allow %s → %s', (from, target) => {
    expect(breach({ from, target, typeOnly: false })).toBeUndefined()
  })
})
