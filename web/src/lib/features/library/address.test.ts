import { expect, test } from 'vitest'
import { asked, placeAddress, readAddress, writeAddress } from './address.ts'

const read = (text: string) => readAddress(new URLSearchParams(text))

test('an address leads back to the same rows', () => {
  const text = 'collection=c1&owner=me&format=pdf&title=travel&sort=title&order=desc&page=3'
  const query = read(text)
  expect(read(writeAddress(query, { page: query.page }).split('?')[1] ?? '')).toEqual(query)
})

test('the plain library has a plain address, and names begin at A', () => {
  expect(writeAddress(read(''))).toBe('/library')
  expect(read('sort=title').order).toBe('asc')
  expect(read('').order).toBe('desc')
})

test('filtering goes back to the first page; turning the page keeps the filter', () => {
  const query = read('format=pdf&page=4')
  expect(writeAddress(query, { title: 'x' })).toBe('/library?format=pdf&title=x')
  expect(writeAddress(query, { page: 5 })).toBe('/library?format=pdf&page=5')
})

test('another place keeps the order and forgets the filters', () => {
  expect(placeAddress(read('format=pdf&title=x&sort=bytes&page=2'), { view: 'trash', collection: null })).toBe(
    '/library?view=trash&sort=bytes&order=desc',
  )
})

test('nonsense in the address is read as nothing', () => {
  expect(read('page=-2&sort=colour&view=attic')).toEqual(read(''))
})

test('the server is asked for one page of a hundred', () => {
  expect(asked(read('page=3&collection=none'))).toMatchObject({
    view: 'library',
    collection: 'none',
    limit: 100,
    offset: 200,
  })
})
