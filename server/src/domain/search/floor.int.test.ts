import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDocument, type TestSystem, testSystem, wordEmbedder } from '../../testing/index.ts'
import type { SearchResults } from './contract.ts'

describe('search by meaning with a model that says where nearness begins', () => {
  let system: TestSystem
  beforeAll(async () => {
    const plain = wordEmbedder()
    const state = {
      kind: 'ready' as const,
      model: { name: 'test-words', dimension: 384, languages: ['mul'], floor: 0.3 },
      source: 'test',
    }
    system = await testSystem({ embedder: { ...plain, state: () => state, settled: async () => state } })
    await aDocument(system, system.owner, { text: 'The lighthouse keeper counts lanterns.' })
  })
  afterAll(() => system.stop())
  const search = (q: string) => system.owner.get<SearchResults>(`/api/search?q=${encodeURIComponent(q)}`)

  it('shows nothing rather than the least unrelated, and offers ways on', async () => {
    const nothing = await search('quarterly budget forecast spreadsheet')
    expect(nothing.hits).toEqual([])
    expect(nothing.total).toBe(0)
    expect(nothing.searched.documents).toBe(1)
    expect(nothing.waysOn).toContain('fewer-words')
  })

  it('shows what is near, and what has the word, however far its meaning', async () => {
    expect((await search('lanterns lighthouse')).hits).toHaveLength(1)
    expect((await search('lanterns quarterly budget forecast spreadsheet meeting agenda')).hits).toHaveLength(1)
  })
})
