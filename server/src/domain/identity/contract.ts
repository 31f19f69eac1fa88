import { z } from 'zod'
import { Role } from '../access/contract.ts'

export const Language = z.enum(['en', 'de'])
export const Theme = z.enum(['system', 'light', 'dark'])

const name = z.string().trim().min(1).max(120)
const email = z
  .email()
  .max(254)
  .transform((value) => value.toLowerCase())
/** Length is the policy; no composition theatre (NIST SP 800-63B). */
const password = z.string().min(12, 'Use at least 12 characters.').max(256)

export const SetupState = z.object({
  needed: z.boolean(),
  mode: z.enum(['evaluation', 'appliance']),
  organisation: z.string().nullable(),
})
export const SetUp = z.strictObject({
  code: z.string().trim().min(1).max(64),
  organisation: z.string().trim().min(1).max(120),
  name,
  email,
  password,
  language: Language.default('en'),
})
export const SignIn = z.strictObject({ email, password: z.string().min(1).max(256) })

export const Me = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string(),
  role: Role,
  language: Language,
  theme: Theme,
  organisation: z.object({ id: z.uuid(), name: z.string() }),
  /** What the page may offer; the server decides again at every door. */
  can: z.object({
    upload: z.boolean(),
    createCollection: z.boolean(),
    managePeople: z.boolean(),
    manageSettings: z.boolean(),
  }),
})
export const ChangeMe = z.strictObject({
  name: name.optional(),
  language: Language.optional(),
  theme: Theme.optional(),
})
export const ChangePassword = z.strictObject({ current: z.string().min(1).max(256), next: password })

export const SignInRecord = z.object({
  id: z.string(),
  current: z.boolean(),
  device: z.string(),
  address: z.string().nullable(),
  startedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})

export const Person = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string(),
  role: Role,
  state: z.enum(['active', 'invited', 'disabled']),
  lastSignInAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
})
export const AddPerson = z.strictObject({ name, email, role: Role.exclude(['owner']) })
export const ChangePerson = z.strictObject({
  name: name.optional(),
  role: Role.optional(),
  disabled: z.boolean().optional(),
})
/** Shown once: the link on which the person chooses a password. */
export const JoinLink = z.object({ url: z.string(), expiresAt: z.iso.datetime() })
export const PersonWithLink = z.object({ person: Person, join: JoinLink })
export const JoinState = z.object({ organisation: z.string(), name: z.string(), email: z.string() })
export const Join = z.strictObject({ password })

export const KeyScope = z.enum(['documents:read', 'documents:write', 'search', 'answers'])
export const ApiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(KeyScope),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
})
export const CreateApiKey = z.strictObject({
  name,
  scopes: z.array(KeyScope).min(1),
  expiresInDays: z.int().min(1).max(366).default(90),
})
/** `secret` is shown once and kept only as a hash. */
export const ApiKeyWithSecret = z.object({ key: ApiKey, secret: z.string() })

export type SetUp = z.infer<typeof SetUp>
export type SignIn = z.infer<typeof SignIn>
export type Me = z.infer<typeof Me>
export type ChangeMe = z.infer<typeof ChangeMe>
export type ChangePassword = z.infer<typeof ChangePassword>
export type SignInRecord = z.infer<typeof SignInRecord>
export type Person = z.infer<typeof Person>
export type AddPerson = z.infer<typeof AddPerson>
export type ChangePerson = z.infer<typeof ChangePerson>
export type JoinLink = z.infer<typeof JoinLink>
export type ApiKey = z.infer<typeof ApiKey>
export type CreateApiKey = z.infer<typeof CreateApiKey>
export type KeyScope = z.infer<typeof KeyScope>
