import { Hono } from 'hono'
import { z } from 'zod'
import { createScope, type Scope } from '../../db/index.ts'
import type { GuardedEnv, OpenEnv } from '../../http/env.ts'
import { guard, open } from '../../http/guard.ts'
import { describe, validator } from '../../http/openapi.ts'
import { PersonRef } from '../access/index.ts'
import type { Auth } from './auth.ts'
import {
  AddPerson,
  ApiKey,
  ApiKeyWithSecret,
  ChangeMe,
  ChangePassword,
  ChangePerson,
  CreateApiKey,
  Join,
  JoinLink,
  JoinState,
  Me,
  Person,
  PersonWithLink,
  SetUp,
  SetupState,
  SignIn,
  SignInRecord,
} from './contract.ts'
import { createKey, listKeys, revokeKey } from './keys.ts'
import { changeMe, changePassword, endSignIns, listSignIns, me } from './me.ts'
import { addPerson, changePerson, findPeople, join, joinState, listPeople, renewJoinLink } from './people.ts'
import { selectMe } from './queries.ts'
import { isSetUp, setUp, type SetUpCode } from './set-up.ts'
import { signIn } from './sign-in.ts'

const tag = 'identity'
const Id = z.object({ id: z.uuid() })
const Query = z.object({ q: z.string().max(200).default('') })

/** Doors to people, sign-ins and keys. `publicUrl` is the configured address, never one taken from a request. */
export function identityRoutes(wiring: { auth: Auth; setUpCode: SetUpCode; publicUrl: () => string }) {
  const { auth, setUpCode, publicUrl } = wiring

  type OpenVariables = OpenEnv['Variables']
  const door = (variables: OpenVariables, name: string): Scope =>
    createScope(variables.services.db, {
      actor: { kind: 'door', name },
      requestId: variables.requestId,
      address: variables.address,
      log: variables.log,
      platform: variables.services.platform,
    })

  /** Signs in with a password just given and answers with who that is. */
  async function enter(variables: OpenVariables, headers: Headers, input: SignIn) {
    const scope = door(variables, 'sign-in')
    const { personId, cookies } = await signIn(
      { auth, db: variables.services.db },
      scope,
      input,
      withAddress(headers, variables.address),
    )
    return { cookies, me: await scope.read((tx) => selectMe(tx, personId)) }
  }

  return new Hono<GuardedEnv>()
    .get(
      '/setup',
      open('tells a fresh installation from one in use; no data'),
      describe({ summary: 'Whether the installation still needs its set-up', tag, returns: SetupState }),
      async (c) => {
        const { organisation } = await isSetUp(door(c.var, 'set-up'))
        return c.json({ needed: organisation === null, mode: c.var.services.config.mode, organisation })
      },
    )
    .post(
      '/setup',
      open('the first account; needs the one-time code'),
      describe({ summary: 'Make the organisation and its owner', tag, returns: Me }),
      validator('json', SetUp),
      async (c) => {
        const input = c.req.valid('json')
        await setUp(door(c.var, 'set-up'), setUpCode, input)
        const entered = await enter(c.var, c.req.raw.headers, input)
        for (const cookie of entered.cookies) c.header('set-cookie', cookie, { append: true })
        return c.json(entered.me)
      },
    )
    .post(
      '/sign-in',
      open('the way in'),
      describe({ summary: 'Sign in with e-mail and password', tag, returns: Me }),
      validator('json', SignIn),
      async (c) => {
        const entered = await enter(c.var, c.req.raw.headers, c.req.valid('json'))
        for (const cookie of entered.cookies) c.header('set-cookie', cookie, { append: true })
        return c.json(entered.me)
      },
    )
    .post(
      '/sign-out',
      open('ends whatever sign-in the cookie names'),
      describe({ summary: 'Sign out', tag }),
      async (c) => {
        const gone = await auth.api.signOut({ headers: c.req.raw.headers, returnHeaders: true }).catch(() => null)
        for (const cookie of gone?.headers.getSetCookie() ?? []) c.header('set-cookie', cookie, { append: true })
        return c.body(null, 204)
      },
    )
    .get(
      '/join/:token',
      open('holds a one-time token'),
      describe({ summary: 'Whom a join link is for', tag, returns: JoinState }),
      async (c) => c.json(await joinState(door(c.var, 'join'), c.req.param('token'))),
    )
    .post(
      '/join/:token',
      open('holds a one-time token'),
      describe({ summary: 'Choose a password and sign in', tag, returns: Me }),
      validator('json', Join),
      async (c) => {
        const { password } = c.req.valid('json')
        const { email } = await join(door(c.var, 'join'), c.req.param('token'), password)
        const entered = await enter(c.var, c.req.raw.headers, { email, password })
        for (const cookie of entered.cookies) c.header('set-cookie', cookie, { append: true })
        return c.json(entered.me)
      },
    )
    .get('/me', guard('profile'), describe({ summary: 'Who I am and what I may do', tag, returns: Me }), async (c) =>
      c.json(await me(c.var.scope)),
    )
    .patch(
      '/me',
      guard('profile'),
      describe({ summary: 'Change my name, language or theme', tag, returns: Me }),
      validator('json', ChangeMe),
      async (c) => c.json(await changeMe(c.var.scope, c.req.valid('json'))),
    )
    .post(
      '/me/password',
      guard('profile'),
      describe({ summary: 'Change my password; every other sign-in ends', tag }),
      validator('json', ChangePassword),
      async (c) => {
        await changePassword(c.var.scope, door(c.var, 'change-password'), c.req.valid('json'))
        return c.body(null, 204)
      },
    )
    .get(
      '/me/sign-ins',
      guard('profile'),
      describe({ summary: 'My sign-ins', tag, returns: z.object({ items: z.array(SignInRecord) }) }),
      async (c) => c.json(await listSignIns(c.var.scope)),
    )
    .delete('/me/sign-ins', guard('profile'), describe({ summary: 'End all my other sign-ins', tag }), async (c) => {
      await endSignIns(c.var.scope, 'others')
      return c.body(null, 204)
    })
    .delete(
      '/me/sign-ins/:id',
      guard('profile'),
      describe({ summary: 'End one of my sign-ins', tag }),
      validator('param', Id),
      async (c) => {
        await endSignIns(c.var.scope, c.req.valid('param'))
        return c.body(null, 204)
      },
    )
    .get(
      '/me/keys',
      guard('profile'),
      describe({ summary: 'My API keys', tag, returns: z.object({ items: z.array(ApiKey) }) }),
      async (c) => c.json(await listKeys(c.var.scope)),
    )
    .post(
      '/me/keys',
      guard('profile'),
      describe({ summary: 'Make an API key; its secret is shown once', tag, returns: ApiKeyWithSecret, status: 201 }),
      validator('json', CreateApiKey),
      async (c) => c.json(await createKey(c.var.scope, c.req.valid('json')), 201),
    )
    .delete(
      '/me/keys/:id',
      guard('profile'),
      describe({ summary: 'Revoke an API key', tag }),
      validator('param', Id),
      async (c) => {
        await revokeKey(c.var.scope, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
    .get(
      '/people/find',
      guard('person.find'),
      describe({ summary: 'Find people to share with', tag, returns: z.object({ items: z.array(PersonRef) }) }),
      validator('query', Query),
      async (c) => c.json(await findPeople(c.var.scope, c.req.valid('query').q)),
    )
    .get(
      '/people',
      guard('person.manage'),
      describe({ summary: 'Everybody in the organisation', tag, returns: z.object({ items: z.array(Person) }) }),
      validator('query', Query),
      async (c) => c.json(await listPeople(c.var.scope, c.req.valid('query').q)),
    )
    .post(
      '/people',
      guard('person.manage'),
      describe({
        summary: 'Add a person; the answer holds their join link',
        tag,
        returns: PersonWithLink,
        status: 201,
      }),
      validator('json', AddPerson),
      async (c) => c.json(await addPerson(c.var.scope, c.req.valid('json'), publicUrl()), 201),
    )
    .patch(
      '/people/:id',
      guard('person.manage'),
      describe({ summary: 'Change name or role, disable or enable', tag, returns: Person }),
      validator('param', Id),
      validator('json', ChangePerson),
      async (c) => c.json(await changePerson(c.var.scope, c.req.valid('param').id, c.req.valid('json'))),
    )
    .post(
      '/people/:id/join-link',
      guard('person.manage'),
      describe({ summary: 'A new join link; the old one stops working', tag, returns: JoinLink }),
      validator('param', Id),
      async (c) => c.json(await renewJoinLink(c.var.scope, c.req.valid('param').id, publicUrl())),
    )
}

/** better-auth notes the address from this header; it is ours, whatever the client sent. */
function withAddress(headers: Headers, address: string | null) {
  const copy = new Headers(headers)
  copy.delete('x-forwarded-for')
  if (address) copy.set('x-forwarded-for', address)
  return copy
}
