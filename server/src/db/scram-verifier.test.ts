import { expect, it } from 'vitest'
import { scramVerifier } from './scram-verifier.ts'

it('is what PostgreSQL itself keeps of the same password with the same salt', () => {
  const salt = Buffer.from('OKNDmxQ4C1/UIks9pUFmrg==', 'base64')
  // Read out of pg_authid after `create role a login password '...'`.
  expect(scramVerifier('Abc-_123456789 xyz', salt)).toBe(
    'SCRAM-SHA-256$4096:OKNDmxQ4C1/UIks9pUFmrg==$k/cSjIKIvWzsdSD2V4JPawAA4yQYm0Z/uyCy7iUm+Bg=:dQrizZa9t9Vv5oUae6cmmq0CtFdNC7GbJhzeUoUSZB0=',
  )
})

it('differs each time, holds no quote and refuses what SASLprep would change', () => {
  expect(scramVerifier("it's")).not.toBe(scramVerifier("it's"))
  expect(scramVerifier("it's")).not.toContain("'")
  expect(() => scramVerifier('Größe')).toThrow(/ASCII/)
})
