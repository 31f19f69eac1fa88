/**
 * Kills the running server with everything it started, again and again, while files are being brought in; then looks whether
 * anything was lost, doubled or stuck.
 *
 *   node server/test/robustness/kill.ts --times 50 [--seed 1] [--keep]
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seeded } from '../access/random.ts'
import { auditFolder, type Expected } from './audit-folder.ts'
import { kinds, makeFile } from './files.ts'
import { freePort, type Instance, startInstance } from './instance.ts'

export type Verdict = {
  kills: number
  uploads: number
  acknowledged: number
  slowestStartMs: number
  problems: string[]
  facts: Record<string, number | boolean>
}

const password = 'a long enough password'

export async function trial(options: {
  times: number
  seed: number
  keep?: boolean
  log?: (line: string) => void
}): Promise<Verdict> {
  const { times, seed, log = () => {} } = options
  const random = seeded(seed)
  const folder = await mkdtemp(join(tmpdir(), 'innosynth-kill-'))
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const problems: string[] = []
  const files: Expected[] = []
  let cookie = ''
  let slowestStartMs = 0
  let uploading = true

  const start = async (): Promise<Instance> => {
    const began = performance.now()
    const instance = startInstance({ folder, port })
    void instance.up.then((up) => {
      if (up) slowestStartMs = Math.max(slowestStartMs, performance.now() - began)
    })
    return instance
  }

  /** Brings files in one after another and repeats what was not acknowledged, as a careful client does. */
  async function client() {
    while (uploading) {
      const count = files.length
      const kind = random.pick(kinds)
      const word = `quex${random.word(9)}`
      const bad = count % 15 === 14
      const bytes = bad
        ? Buffer.from(Array.from({ length: 4000 }, () => random.int(256)))
        : makeFile(kind, word, 5 + random.int(60))
      const file: Expected = {
        name: `entry-${String(count).padStart(5, '0')}.${bad ? 'pdf' : kind}`,
        word,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        bytes: bytes.length,
        bad,
        acknowledged: false,
        tries: 0,
      }
      files.push(file)
      while (!file.acknowledged && uploading) {
        file.tries += 1
        const answer = await fetch(`${base}/api/documents?name=${file.name}`, {
          method: 'POST',
          body: new Uint8Array(bytes),
          headers: { cookie },
        }).catch(() => null)
        const body = answer?.ok ? await answer.json().catch(() => null) : null
        if (body) file.acknowledged = true
        else {
          if (answer && answer.status !== 503 && !answer.ok)
            problems.push(
              `upload of ${file.name} answered ${answer.status} ${(await answer.text().catch(() => '')).slice(0, 200)}`,
            )
          await pause(100)
        }
      }
      // A file every second or so: ingestion is always under way, and the end can be waited for.
      await pause(200 + random.int(1200))
    }
  }

  // Twice while the very first start makes the database.
  for (let early = 0; early < 2; early += 1) {
    const first = await start()
    await pause(500 + random.int(3000))
    await first.kill()
  }
  let instance = await start()
  if (!(await instance.up)) throw new Error(`The server did not start:\n${instance.said()}`)
  const code = /Set-up code (\S+)/.exec(await said(instance, 'Set-up code'))?.[1]
  const setUp = await fetch(`${base}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, organisation: 'Trial', name: 'Olga Owner', email: 'olga@example.test', password }),
  })
  if (!setUp.ok) throw new Error(`Set-up: ${await setUp.text()}`)
  cookie = setUp.headers
    .getSetCookie()
    .map((entry) => entry.split(';')[0])
    .join('; ')

  const clients = [client(), client(), client()]
  for (let kill = 1; kill <= times; kill += 1) {
    // Most moments lie in the running ingest, some in the start itself.
    if (random.chance(0.8)) {
      if (!(await instance.up)) problems.push(`start before kill ${kill} failed: ${instance.said().slice(-1500)}`)
      await pause(random.int(5000))
    } else await pause(random.int(3000))
    await instance.kill()
    log(`kill ${kill} of ${times}: ${files.filter(({ acknowledged }) => acknowledged).length} files acknowledged`)
    instance = await start()
  }
  if (!(await instance.up)) problems.push(`the last start failed: ${instance.said().slice(-1500)}`)
  await pause(1500)
  uploading = false
  await Promise.all(clients)

  const acknowledged = files.filter((file) => file.acknowledged)
  const ask = async (path: string) =>
    (await fetch(`${base}/api${path}`, { headers: { cookie } })).json() as Promise<any>
  while ((await ask('/status')).model.state === 'preparing') await pause(500)
  const meaning = (await ask('/status')).model.state === 'ready'
  await settled(ask, meaning, problems)
  for (const file of acknowledged) {
    const list = await ask(`/documents?title=${file.name.split('.')[0]}`)
    if (list.total !== 1) {
      problems.push(`${file.name} is there ${list.total} times (tries ${file.tries})`)
      continue
    }
    const { id, progress } = list.items[0]
    const bytes = Buffer.from(
      await (await fetch(`${base}/api/documents/${id}/versions/1/file`, { headers: { cookie } })).arrayBuffer(),
    )
    if (createHash('sha256').update(bytes).digest('hex') !== file.sha256)
      problems.push(`${file.name} came back with other bytes`)
    if (file.bad) {
      if (progress.stage !== 'failed' || !progress.problem?.message)
        problems.push(`${file.name} should have failed with a reason, is ${progress.stage}`)
      continue
    }
    if (progress.stage !== 'ready')
      problems.push(`${file.name} is ${progress.stage} ${JSON.stringify(progress.problem)}`)
    if (meaning && !progress.foundByMeaning) problems.push(`${file.name} has no vectors`)
    const found = await ask(`/search?mode=lexical&group=passage&q=${file.word}`)
    if (found.total !== 1 || found.hits[0]?.document.id !== id)
      problems.push(`search for ${file.word} finds ${found.total} passages`)
  }
  const queueLine = (await ask('/status')).lines.find((line: { id: string }) => line.id === 'queue').sentence
  if (queueLine !== 'No work is waiting.') problems.push(`queue: ${queueLine}`)
  const exit = await instance.stop()
  if (exit !== 0) problems.push(`the server ended with ${exit} on SIGTERM: ${instance.said().slice(-1500)}`)
  const facts = await auditFolder(folder, files, { meaning, problems })
  if (!options.keep) await rm(folder, { recursive: true, force: true })
  else log(`data kept in ${folder}`)
  return {
    kills: times + 2,
    uploads: files.length,
    acknowledged: acknowledged.length,
    slowestStartMs: Math.round(slowestStartMs),
    problems,
    facts: { ...facts, meaning },
  }
}

async function said(instance: Instance, text: string): Promise<string> {
  for (let i = 0; i < 100 && !instance.said().includes(text); i += 1) await pause(50)
  return instance.said()
}

/** Waits until nothing is under way; five minutes without any change count as stuck. */
async function settled(ask: (path: string) => Promise<any>, meaning: boolean, problems: string[]): Promise<void> {
  let before = ''
  let changed = Date.now()
  for (;;) {
    const activity = await ask('/activity')
    const waiting = activity.items.filter(
      (item: any) =>
        item.progress.stage !== 'failed' &&
        (item.progress.stage !== 'ready' || (meaning && !item.progress.foundByMeaning)),
    )
    // The list is cut at a hundred finished files; the queue tells of what lies behind.
    const queue = (await ask('/status')).lines.find((line: { id: string }) => line.id === 'queue').sentence
    if (activity.running === 0 && waiting.length === 0 && queue === 'No work is waiting.') return
    const now =
      queue + JSON.stringify(waiting.map((item: any) => [item.title, item.progress.stage, item.progress.done]))
    if (now !== before) {
      before = now
      changed = Date.now()
    }
    if (Date.now() - changed > 5 * 60_000) {
      problems.push(`stuck: ${now.slice(0, 1500)}`)
      return
    }
    await pause(500)
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      times: { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
    },
  })
  const verdict = await trial({
    times: Number(values.times),
    seed: Number(values.seed),
    keep: values.keep,
    log: (line) => process.stdout.write(`${line}\n`),
  })
  process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n`)
  process.exitCode = verdict.problems.length === 0 ? 0 : 1
}
