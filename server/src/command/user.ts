/** People, for the administrator of the host: list, a way back in, one more owner. */
import type { Scope } from '../db/index.ts'
import { createOwner, everyPerson, resetPassword, unlock } from '../domain/identity/index.ts'
import { AppError } from '../platform/app-error.ts'

type Given = Record<string, string | boolean | undefined>

/** Links are made for `url`, the configured address. */
export const userVerbs: Record<string, (door: Scope, given: Given, url: string) => Promise<unknown>> = {
  'user-list': async (door) => ({ people: await everyPerson(door) }),
  'user-reset-password': async (door, given, url) => ({ link: await resetPassword(door, emailOf(given), url) }),
  'user-unlock': async (door, given) => ({ person: await unlock(door, emailOf(given)) }),
  'user-create-admin': async (door, given, url) => ({
    link: await createOwner(door, emailOf(given), String(given['name'] ?? 'Administrator'), url),
  }),
}

function emailOf({ email }: Given): string {
  if (typeof email !== 'string' || !/^[^\s@]+@[^\s@]+$/.test(email))
    throw new AppError('invalid', { detail: 'Give the e-mail address of the person.' })
  return email
}
