/**
 * The whole way of a person, through the real doors: sign in, bring a document in, find it, ask, get a cited answer, clean
 * up. Run after every restore and upgrade by the command line.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { rows, type Scope, sql } from '../../db/index.ts'
import { hashPassword } from '../identity/index.ts'

export type SmokeStep = { name: string; ok: boolean; ms: number; said: string }
export type Smoked = { ok: boolean; steps: SmokeStep[] }

type Visitor = { personId: string; email: string; password: string }
const address = 'smoke-check@innosynth.invalid'

/** `url`: the server inside the stack. `door`: may make and remove the visitor. Without an organisation only the doors are tried. */
export async function smoke(door: Scope, url: string, options: { patienceMs?: number } = {}): Promise<Smoked> {
  const steps: SmokeStep[] = []
  const patience = options.patienceMs ?? 120_000
  const step = async <T>(name: string, work: () => Promise<T>, said: (result: T) => string): Promise<T> => {
    const started = performance.now()
    const add = (ok: boolean, words: string) =>
      steps.push({ name, ok, ms: Math.round(performance.now() - started), said: words })
    try {
      const result = await work()
      add(true, said(result))
      return result
    } catch (error) {
      add(false, error instanceof Error ? error.message : String(error))
      throw error
    }
  }
  let visitor: Visitor | null = null
  try {
    await step(
      'ready',
      () => ready(url, patience),
      () => 'the server is ready',
    )
    visitor = await makeVisitor(door)
    if (!visitor) {
      steps.push({ name: 'sign-in', ok: true, ms: 0, said: 'not set up yet: there is nobody to sign in' })
      return { ok: true, steps }
    }
    await visit(url, visitor, patience, step)
  } catch (error) {
    door.log.warn({ err: error }, 'smoke check')
  } finally {
    if (visitor)
      await step(
        'clean-up',
        () => removeVisitor(door),
        () => 'nothing is left',
      ).catch(() => {})
  }
  return { ok: steps.every(({ ok }) => ok), steps }
}

type Step = <T>(name: string, work: () => Promise<T>, said: (result: T) => string) => Promise<T>

async function visit(url: string, visitor: Visitor, patience: number, step: Step): Promise<void> {
  const call = await step(
    'sign-in',
    () => signIn(url, visitor),
    () => 'signed in with a password',
  )
  const word = `kelvar${randomBytes(4).toString('hex')}`
  const fact = `The inspection code of the ${word} pump is 4711.`
  const document = await step(
    'upload',
    async () => {
      const made = await call('POST', `/api/documents?name=${word}.txt&same=keep`, `${fact}\n`, 'text/plain')
      return (made as { document: { id: string } }).document.id
    },
    () => 'a document was taken in',
  )
  try {
    await step(
      'search',
      () =>
        until(patience, 'the document was not found by its words', async () => {
          const found = (await call('GET', `/api/search?q=${word}`)) as { hits: { document: { id: string } }[] }
          return found.hits.some((hit) => hit.document.id === document)
        }),
      () => 'it is found',
    )
    await step(
      'answer',
      async () => {
        const events = String(
          await call(
            'POST',
            '/api/answers',
            JSON.stringify({ question: `What is the inspection code of the ${word} pump?` }),
          ),
        )
        const answer = doneOf(events)
        if (!answer.citations.some(({ documentId }) => documentId === document))
          throw new Error(`the answer (${answer.status}) does not cite the document`)
        return answer.sentences.map(({ text }) => text).join(' ')
      },
      (said) => `answered and cited: ${said.slice(0, 120)}`,
    )
  } finally {
    for (const action of ['trash', 'delete'])
      await call('POST', '/api/documents/bulk', JSON.stringify({ action, ids: [document] })).catch(() => {})
  }
}

type DoneAnswer = { status: string; citations: { documentId: string | null }[]; sentences: { text: string }[] }

function doneOf(events: string): DoneAnswer {
  for (const block of events.split('\n\n')) {
    const data = block.split('\n').find((line) => line.startsWith('data:'))
    if (!data) continue
    const event = JSON.parse(data.slice(5)) as { kind: string; answer?: DoneAnswer; message?: string }
    if (event.kind === 'done' && event.answer) return event.answer
    if (event.kind === 'failed') throw new Error(`the answer failed: ${event.message ?? ''}`)
  }
  throw new Error('the answer did not end')
}

async function ready(url: string, patience: number): Promise<void> {
  await until(patience, 'the server did not become ready', async () => {
    const response = await fetch(`${url}/api/health/ready`).catch(() => null)
    return response?.ok ?? false
  })
}

async function signIn(url: string, { email, password }: Visitor) {
  const response = await fetch(`${url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  if (!response.ok) throw new Error(`sign-in was refused: ${response.status}`)
  const cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return async (method: string, path: string, body?: string, type = 'application/json'): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(240_000),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path.split('?')[0]} gave ${answer.status}`)
    return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  }
}

async function until(patience: number, otherwise: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patience
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${otherwise} within ${Math.round(patience / 1000)} s`)
    await new Promise((later) => setTimeout(later, 500))
  }
}

/** A member of the first organisation with a password nobody is told. Null where nobody has set the installation up yet. */
async function makeVisitor(door: Scope): Promise<Visitor | null> {
  const password = randomBytes(24).toString('base64url')
  const hash = await hashPassword(password)
  await removeVisitor(door)
  return door.write('smoke.begin', async (tx, note) => {
    const [organisation] = await rows<{ id: string }>(tx, sql`select id from organisations order by created_at limit 1`)
    if (!organisation) return null
    const personId = randomUUID()
    await tx.execute(sql`insert into people (id, name, email, organisation_id, role, language)
      values (${personId}, 'Smoke check', ${address}, ${organisation.id}, 'member', 'en')`)
    await tx.execute(sql`insert into credentials (account_id, provider_id, person_id, password)
      values (${personId}, 'credential', ${personId}, ${hash})`)
    note({ object: { type: 'person', id: personId }, organisationId: organisation.id })
    return { personId, email: address, password }
  })
}

/** Also removes what a check that was cut off left behind. */
async function removeVisitor(door: Scope): Promise<void> {
  const left = await door.read((tx) => rows<{ id: string }>(tx, sql`select id from people where email = ${address}`))
  if (left.length === 0) return
  await door.write('smoke.end', async (tx, note) => {
    await tx.execute(sql`delete from people where email = ${address}`)
    note({ object: { type: 'person', id: left[0]!.id } })
  })
}
