import { expect, test } from 'vitest'
import { strengthOf } from './password.ts'
import { safeThen } from './then.ts'

test('after signing in nobody is led to another site', () => {
  for (const address of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '',
    null,
    '/\t/evil.example',
  ])
    expect(new URL(safeThen(address), 'http://own.example').host, String(address)).toBe('own.example')
  expect(safeThen('/search?q=a#b')).toBe('/search?q=a#b')
})

test('length is the policy, and what only looks long is said to be easy', () => {
  expect(strengthOf('short')).toBe('short')
  expect(strengthOf('aaaaaaaaaaaaaaaa')).toBe('weak')
  expect(strengthOf('abcdefghijklmnop')).toBe('weak')
  expect(strengthOf('martaschulze12', ['Marta Schulze'])).toBe('weak')
  expect(strengthOf('harbour lantern morning bread')).toBe('good')
})
