import { expect, test } from 'vitest'
import type { Collection } from '#lib/api/types.ts'
import { pathTo, treeRows, withBelow } from './tree.ts'

const collection = (id: string, name: string, parentId: string | null): Collection => ({
  id,
  name,
  parentId,
  documents: 0,
  updatedAt: '2026-11-24T12:00:00Z',
  owner: { id: 'marta', name: 'Marta' },
  access: { audience: 'private', people: 0, inherited: false },
  can: { contribute: true, edit: true, share: true, remove: true },
})
const all = [
  collection('reports', 'Reports', null),
  collection('2026', '2026', 'reports'),
  collection('march', 'March', '2026'),
  collection('contracts', 'Contracts', null),
  collection('lost', 'Lost', 'a collection Marta may not see'),
]

test('Marta reads the tree by name, and what she has not opened stays closed', () => {
  expect(treeRows(all, () => false).map((row) => row.collection.id)).toEqual(['contracts', 'lost', 'reports'])
  expect(treeRows(all, (id) => id === 'reports').map((row) => [row.collection.id, row.depth, row.hasChildren])).toEqual(
    [
      ['contracts', 0, false],
      ['lost', 0, false],
      ['reports', 0, true],
      ['2026', 1, true],
    ],
  )
})

test('the way down begins at the top she may see', () => {
  expect(pathTo(all, 'march').map((one) => one.id)).toEqual(['reports', '2026', 'march'])
  expect(pathTo(all, 'lost').map((one) => one.id)).toEqual(['lost'])
  expect(pathTo(all, 'no such')).toEqual([])
})

test('a collection cannot be moved into itself or below', () => {
  expect([...withBelow(all, 'reports')].sort()).toEqual(['2026', 'march', 'reports'])
})

test('a circle, which must not be, ends the walk instead of hanging the page', () => {
  const circle = [collection('a', 'A', 'b'), collection('b', 'B', 'a')]
  expect(pathTo(circle, 'a').map((one) => one.id)).toEqual(['b', 'a'])
  expect(withBelow(circle, 'a').size).toBe(2)
})
