/**
 * Restarts the replicas of the server one after another while people work, and counts what they lose. Sign-in, search,
 * uploads, answers and event streams go on through the proxy all the time.
 *
 *   node server/test/appliance/roll.ts FOLDER EMAIL PASSWORD [PEOPLE]
 */
import { Agent, request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { containersOf, folderFromArguments, must, settingsOf } from './stack.ts'

const folder = folderFromArguments('roll.ts FOLDER EMAIL PASSWORD [PEOPLE]')
const [email = '', password = '', people = '6'] = process.argv.slice(3)
const settings = settingsOf(folder)
const project = settings.COMPOSE_PROJECT_NAME ?? 'innosynth'
const url = new URL(settings.INNOSYNTH_URL ?? '')
const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 64 })

type Reply = { status: number; body: string; cookies: string[]; ms: number }
function ask(
  method: string,
  path: string,
  given: { body?: string; type?: string; cookie?: string; untilMs?: number } = {},
): Promise<Reply> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const asked = request(
      new URL(path, url),
      {
        method,
        agent,
        headers: {
          origin: url.origin,
          ...(given.cookie ? { cookie: given.cookie } : {}),
          ...(given.body === undefined
            ? {}
            : { 'content-type': given.type ?? 'application/json', 'content-length': Buffer.byteLength(given.body) }),
        },
      },
      (response) => {
        let body = ''
        let enough = false
        response.setEncoding('utf8').on('data', (part: string) => (body += part))
        const end = () =>
          resolve({
            status: response.statusCode ?? 0,
            body,
            cookies: (response.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]!),
            ms: performance.now() - started,
          })
        response.on('end', end)
        response.on('error', (error) => (enough ? end() : reject(error)))
        if (given.untilMs) setTimeout(() => ((enough = true), asked.destroy()), given.untilMs)
      },
    )
    asked.on('error', (error) =>
      given.untilMs && performance.now() - started >= given.untilMs ? undefined : reject(error),
    )
    asked.end(given.body)
  })
}

const told = { search: 0, upload: 0, answer: 0, 'sign-in': 0, stream: 0 }
const lost: string[] = []
const slow: number[] = []
let working = true

async function attempt(kind: keyof typeof told, doing: () => Promise<Reply>, good: (reply: Reply) => boolean) {
  try {
    const reply = await doing()
    if (kind !== 'stream') slow.push(reply.ms)
    if (!good(reply)) lost.push(`${kind}: ${reply.status} ${reply.body.slice(0, 200)}`)
  } catch (error) {
    lost.push(`${kind}: ${String(error)}`)
  }
  told[kind]++
}

const signIn = () => ask('POST', '/api/sign-in', { body: JSON.stringify({ email, password }) })
async function work(number: number, cookie: string) {
  for (let i = 0; working; i++) {
    await attempt(
      'search',
      () => ask('GET', '/api/search?q=hotel', { cookie }),
      ({ status }) => status === 200,
    )
    if (i % 5 === 0)
      await attempt(
        'upload',
        () =>
          ask('POST', `/api/documents?name=roll-${number}-${i}-${Date.now()}.md`, {
            body: `Note ${number} ${i}: ${'word '.repeat(2000)}${Math.random()}`,
            type: 'application/octet-stream',
            cookie,
          }),
        ({ status }) => status === 201,
      )
    // One person may have three answers running.
    if (number < 3 && i % 7 === 3)
      await attempt(
        'answer',
        () => ask('POST', '/api/answers', { body: '{"question":"How much may a hotel cost per night?"}', cookie }),
        ({ status, body }) => status === 200 && body.includes('event: done'),
      )
    if (i % 11 === 5) await attempt('sign-in', signIn, ({ status }) => status === 200)
    await sleep(50)
  }
}
/** A stream may end at any time and is opened anew, as browsers do; it counts as lost when it cannot be opened. */
async function listen(cookie: string) {
  while (working) {
    await attempt(
      'stream',
      () => ask('GET', '/api/activity/stream', { cookie, untilMs: 20_000 }),
      ({ status }) => status === 200,
    )
    await sleep(100)
  }
}

const cookie = (await signIn()).cookies.join('; ')
if (!cookie) throw new Error('signing in failed')
const everybody = [...Array.from({ length: Number(people) }, (_, i) => work(i, cookie)), listen(cookie), listen(cookie)]
const started = performance.now()
await sleep(3_000)
for (const { id, name } of containersOf(project).filter(({ service }) => service === 'server')) {
  const from = performance.now()
  must('docker', ['stop', '--time', '70', id])
  const stopped = performance.now()
  must('docker', ['start', id])
  while (containersOf(project).find((one) => one.id === id)?.health !== 'healthy') await sleep(500)
  process.stdout.write(
    `${name}: drained in ${((stopped - from) / 1000).toFixed(1)} s, healthy again after ${((performance.now() - stopped) / 1000).toFixed(1)} s\n`,
  )
}
await sleep(3_000)
working = false
await Promise.race([Promise.all(everybody), sleep(30_000)])
slow.sort((a, b) => a - b)
const at = (share: number) => Math.round(slow[Math.floor(slow.length * share)] ?? 0)
process.stdout.write(
  `${JSON.stringify({ seconds: Math.round((performance.now() - started) / 1000), ...told, lost: lost.length, p50ms: at(0.5), p95ms: at(0.95), longestMs: Math.round(slow.at(-1) ?? 0) })}\n`,
)
for (const one of lost.slice(0, 20)) process.stderr.write(`${one}\n`)
process.exit(lost.length > 0 ? 1 : 0)
