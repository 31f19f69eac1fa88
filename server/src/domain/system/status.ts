import { statfs } from 'node:fs/promises'
import { type PersonScope, rows, sql } from '../../db/index.ts'
import type { Services } from '../../http/env.ts'
import { may } from '../access/index.ts'
import { type Archive, applianceLines } from './appliance-lines.ts'
import type { Status } from './contract.ts'
import { readFacts } from './facts.ts'

export const version = '0.1.0'

type Line = Status['lines'][number]

/** Each line is the outcome of a check made now; nothing is good because nobody looked. */
export async function status(scope: PersonScope, services: Services): Promise<Status> {
  const { config, platform } = services
  const model = platform.embedder.state()
  const chat = await platform.chat()
  const answers: Status['answers'] = chat
    ? { kind: 'model', name: chat.name, place: chat.place }
    : { kind: 'extractive', name: 'Sentences from your documents', place: 'local' }
  const lines = await Promise.all([
    mode(config.mode),
    database(scope),
    objects(services),
    queue(services),
    Promise.resolve(meaning(model)),
    Promise.resolve(speaking(answers)),
    Promise.resolve(network(answers)),
    disk(config.dataDir),
  ])
  if (config.mode === 'appliance' && may(scope.actor, 'setting.manage'))
    lines.push(...applianceLines(await readFacts(scope), await archive(scope), platform.now()))
  return {
    version,
    mode: config.mode,
    lines,
    model: {
      state: model.kind,
      name: model.kind === 'ready' ? model.model.name : null,
      languages: model.kind === 'ready' ? model.model.languages : [],
      detail: model.kind === 'ready' ? model.source : model.detail,
      remedy: model.kind === 'absent' ? model.remedy : null,
      progress: model.kind === 'preparing' ? (model.progress ?? null) : null,
    },
    answers,
  }
}

async function mode(kind: Status['mode']): Promise<Line> {
  return kind === 'evaluation'
    ? {
        id: 'mode',
        state: 'attention',
        sentence:
          'This is evaluation mode: one process on one machine, for trying out, without protection against power failure.',
        remedy: 'Install the appliance before people rely on it.',
      }
    : { id: 'mode', state: 'good', sentence: 'This is the appliance.', remedy: null }
}

async function database(scope: PersonScope): Promise<Line> {
  const started = performance.now()
  const [row] = await scope.read((tx) =>
    rows<{ version: string }>(tx, sql`select current_setting('server_version') as version`),
  )
  return {
    id: 'database',
    state: 'good',
    sentence: `The database (PostgreSQL ${row!.version.split(' ')[0]}) answers in ${Math.max(1, Math.round(performance.now() - started))} ms.`,
    remedy: null,
  }
}

/** PostgreSQL's own account of what it sent to the archive. */
async function archive(scope: PersonScope): Promise<Archive> {
  const [row] = await scope.read((tx) =>
    rows<{ at: Date | string | null; failed_at: Date | string | null; failed: number }>(
      tx,
      sql`select last_archived_time as at, last_failed_time as failed_at, failed_count::int as failed from pg_stat_archiver`,
    ),
  )
  const time = (value: Date | string | null | undefined) => (value ? new Date(value) : null)
  return { lastAt: time(row?.at), lastFailedAt: time(row?.failed_at), failed: row?.failed ?? 0 }
}

async function objects({ platform, log }: Services): Promise<Line> {
  try {
    await platform.store.has('0'.repeat(64))
    return { id: 'objects', state: 'good', sentence: `Files are kept in ${platform.store.describe()}.`, remedy: null }
  } catch (error) {
    log.error({ err: error }, 'object store')
    return {
      id: 'objects',
      state: 'bad',
      sentence: 'The store for files does not answer.',
      remedy: 'Look at the object store service, then reload this page.',
    }
  }
}

async function queue({ platform }: Services): Promise<Line> {
  const waiting = await platform.queue.waiting()
  return {
    id: 'queue',
    state: 'good',
    sentence:
      waiting === 0
        ? 'No work is waiting.'
        : `${waiting} ${waiting === 1 ? 'task is' : 'tasks are'} waiting or running.`,
    remedy: null,
  }
}

function meaning(state: ReturnType<Services['platform']['embedder']['state']>): Line {
  if (state.kind === 'ready') {
    const covers = state.model.languages.includes('mul')
      ? 'about a hundred languages'
      : state.model.languages.map((tag) => new Intl.DisplayNames(['en'], { type: 'language' }).of(tag)).join(', ')
    return {
      id: 'meaning',
      state: 'good',
      sentence: `Search by meaning works with ${state.model.name}, which covers ${covers}.`,
      remedy: null,
    }
  }
  if (state.kind === 'preparing')
    return {
      id: 'meaning',
      state: 'attention',
      sentence: `Search by meaning is being prepared: ${state.detail}`,
      remedy: null,
    }
  return {
    id: 'meaning',
    state: 'attention',
    sentence: `Search finds words, not meaning: ${state.detail}`,
    remedy: state.remedy,
  }
}

function speaking(answers: Status['answers']): Line {
  return answers.kind === 'model'
    ? { id: 'answers', state: 'good', sentence: `Answers are written by ${answers.name}.`, remedy: null }
    : {
        id: 'answers',
        state: 'good',
        sentence: 'Answers are put together from sentences of your documents; no language model is connected.',
        remedy: 'Connect Ollama (OLLAMA_HOST) to have answers written.',
      }
}

function network(answers: Status['answers']): Line {
  return answers.place === 'local'
    ? {
        id: 'network',
        state: 'good',
        sentence: 'Nothing leaves this network: search and answers run on your own machines.',
        remedy: null,
      }
    : {
        id: 'network',
        state: 'attention',
        sentence: `Questions and passages go to ${answers.name} outside this network.`,
        remedy: null,
      }
}

async function disk(folder: string): Promise<Line> {
  const { bavail, bsize, blocks } = await statfs(folder)
  const free = bavail * bsize
  const share = bavail / blocks
  const gigabytes = (free / 1024 ** 3).toFixed(free < 10 * 1024 ** 3 ? 1 : 0)
  return share < 0.03 || free < 1024 ** 3
    ? {
        id: 'disk',
        state: 'bad',
        sentence: `Only ${gigabytes} GB of disk are free.`,
        remedy: 'Free space or enlarge the disk before more files come in.',
      }
    : {
        id: 'disk',
        state: share < 0.1 ? 'attention' : 'good',
        sentence: `${gigabytes} GB of disk are free.`,
        remedy: null,
      }
}
