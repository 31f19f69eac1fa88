/** A person at the address of the product: over TLS, trusting the CA that install named, by host name. */
import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { hostname, type World } from './world.ts'

export const fact = 'The brass valve of the Marlow boiler is closed at 7.4 bar by the night engineer.'
export const question = 'At what pressure is the brass valve of the Marlow boiler closed?'
const documents = [
  { name: 'marlow-boiler.txt', text: `Operating notes\n\n${fact}\n\nThe log is signed at dawn.` },
  { name: 'canteen.txt', text: 'The canteen opens at noon. On Fridays there is fish, and tea is free of charge.' },
  {
    name: 'leave.txt',
    text: 'Leave is asked for two weeks ahead, in writing, and is granted by the head of the section.',
  },
]
const owner = { email: 'owner@example.test', password: 'a long enough password' }

export type Reply = { status: number; body: string; cookies: string[] }
export type Person = ReturnType<typeof personAt>

export function personAt(world: World) {
  let cookie = ''
  const send = async (
    method: string,
    path: string,
    body?: string,
    type = 'application/json',
    timeout = 60_000,
  ): Promise<Reply> => {
    const ca = await readFile(join(world.dir, 'ca.crt'), 'utf8')
    return new Promise((resolve, reject) => {
      const headers = {
        host: `${hostname}:${world.port}`,
        cookie,
        ...(body === undefined ? {} : { 'content-type': type }),
      }
      const where = { host: '127.0.0.1', port: world.port, servername: hostname }
      const asked = request({ ...where, method, path, headers, ca, timeout, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: text, cookies: response.headers['set-cookie'] ?? [] }),
        )
        response.on('error', reject)
      })
      asked.on('timeout', () => asked.destroy(new Error('no answer in time')))
      asked.on('error', reject)
      asked.end(body)
    })
  }
  const must = async (method: string, path: string, body?: string, type?: string) => {
    const reply = await send(method, path, body, type)
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.body.slice(0, 200)}`)
    if (reply.cookies.length > 0) cookie = reply.cookies.map((one) => one.split(';')[0]).join('; ')
    return reply.body
  }
  const person = {
    send,
    /** The first account, by the code of the link that install printed. */
    setUp: (code: string) =>
      must('POST', '/api/setup', JSON.stringify({ code, organisation: 'Marlow', name: 'Owner', ...owner })),
    signIn: () => must('POST', '/api/sign-in', JSON.stringify(owner)),
    seed: async () => {
      for (const { name, text } of documents) await must('POST', `/api/documents?name=${name}`, text, 'text/plain')
      await until('the documents were not found', async () => {
        const found = JSON.parse(await must('GET', '/api/search?q=Marlow')) as { hits: unknown[] }
        return found.hits.length > 0
      })
    },
    /** The answer's sentences, once they cite the document that holds the fact. */
    ask: async (): Promise<string> => {
      const events = await must('POST', '/api/answers', JSON.stringify({ question }))
      const done = events
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => JSON.parse(line.slice(5)) as Event)
        .find(({ kind }) => kind === 'done')?.answer
      if (!done?.citations.some(({ documentName, title }) => /marlow/i.test(`${documentName} ${title}`)))
        throw new Error(`not cited: ${JSON.stringify(done ?? events).slice(0, 400)}`)
      const said = done.sentences.map(({ text }) => text).join(' ')
      if (!said.includes('7.4 bar')) throw new Error(`not the answer: ${said.slice(0, 300)}`)
      return said
    },
    add: (name: string, text: string) => must('POST', `/api/documents?name=${name}`, text, 'text/plain'),
    finds: async (word: string) =>
      (JSON.parse(await must('GET', `/api/search?q=${word}`)) as { hits: unknown[] }).hits.length > 0,
  }
  return person
}

type Event = {
  kind: string
  answer?: { citations: { documentName?: string; title?: string }[]; sentences: { text: string }[] }
}

export async function until(otherwise: string, holds: () => Promise<boolean>, seconds = 180): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!(await holds().catch(() => false))) {
    if (Date.now() > end) throw new Error(`${otherwise} within ${seconds} s`)
    await new Promise((later) => setTimeout(later, 500))
  }
}

/** Asks ten times a second through the proxy until told to stop; gives the longest time without an answer (seconds). */
export function watchAddress(person: Person): () => Promise<number> {
  let going = true
  let last = performance.now()
  let longest = 0
  const watching = (async () => {
    while (going) {
      const reply = await person.send('GET', '/api/setup', undefined, undefined, 1000).catch(() => null)
      const now = performance.now()
      if (reply?.status === 200) {
        longest = Math.max(longest, now - last)
        last = now
      }
      await new Promise((later) => setTimeout(later, 100))
    }
    longest = Math.max(longest, performance.now() - last)
  })()
  return async () => {
    going = false
    await watching
    return Math.round(longest / 100) / 10
  }
}
