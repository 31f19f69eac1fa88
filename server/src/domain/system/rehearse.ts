/** What a drill looks at in a restored copy: rows, files, and a question with its sources. */
import { type Db, createScope, type PersonActor, type PersonScope, rows, type Scope, sql } from '../../db/index.ts'
import { ask } from '../answers/index.ts'
import { openBackupFolder } from './backup-folder.ts'
import { referenced } from './copy-objects.ts'
import { newestHeartbeat } from './heartbeat.ts'

export type Check = { name: string; ok: boolean; said: string }
export type Rehearsed = { ok: boolean; checks: Check[]; heartbeat: string | null }

/** `sample`: how many files are read whole and compared with their names. */
export async function rehearse(db: Db, scope: Scope, folder: string, sample: number): Promise<Rehearsed> {
  const heartbeat = await newestHeartbeat(scope)
  const checks = [await rowsAgree(scope), await filesAgree(scope, folder, sample), await answersAgree(db, scope)]
  return { ok: checks.every(({ ok }) => ok), checks, heartbeat: heartbeat?.at ?? null }
}

/** The numbers of the newest sign of life against what is there, unless documents changed after it. */
async function rowsAgree(scope: Scope): Promise<Check> {
  const name = 'rows'
  const [row] = await scope.read((tx) =>
    rows<Record<'documents' | 'versions' | 'passages' | 'd' | 'v' | 'p' | 'later' | 'orphans', number | string | null>>(
      tx,
      sql`select h.documents, h.versions, h.passages, h.d, h.v, h.p, h.later,
        (select count(*)::int from documents x where x.current_version_id is not null
          and not exists (select 1 from versions v where v.id = x.current_version_id)) as orphans
      from (select *, (select count(*)::int from documents) as d, (select count(*)::int from versions) as v,
        (select count(*)::int from passages) as p,
        (select count(*)::int from index_changes c where c.at > heartbeats.at) as later
      from heartbeats order by at desc limit 1) h`,
    ),
  )
  if (!row) return { name, ok: false, said: 'The copy holds no sign of life to compare with.' }
  const n = (value: number | string | null) => Number(value ?? 0)
  const same = n(row.documents) === n(row.d) && n(row.versions) === n(row.v) && n(row.passages) === n(row.p)
  const said = `${n(row.d)} documents, ${n(row.v)} versions, ${n(row.p)} passages`
  if (n(row.orphans) > 0)
    return { name, ok: false, said: `${said}; ${n(row.orphans)} documents without their version.` }
  if (same) return { name, ok: true, said: `${said}: as the newest sign of life says.` }
  return n(row.later) > 0
    ? { name, ok: true, said: `${said}; documents changed after the newest sign of life.` }
    : {
        name,
        ok: false,
        said: `${said}, but the newest sign of life says ${n(row.documents)}, ${n(row.versions)}, ${n(row.passages)}.`,
      }
}

async function filesAgree(scope: Scope, folder: string, sample: number): Promise<Check> {
  const backup = openBackupFolder(folder)
  const names = await referenced(scope)
  const absent: string[] = []
  for (const sha256 of names) if (!(await backup.has(sha256))) absent.push(sha256)
  // Every n-th, so that all ages are among them.
  const step = Math.max(1, Math.ceil(names.length / sample))
  const some = names.filter((_, index) => index % step === 0)
  const damaged: string[] = []
  for (const sha256 of some) if (!absent.includes(sha256) && !(await backup.sound(sha256))) damaged.push(sha256)
  const bad = [...absent, ...damaged]
  return {
    name: 'files',
    ok: bad.length === 0,
    said:
      bad.length === 0
        ? `all ${names.length} files are in the backup; ${some.length} were read and are what their names say.`
        : `${absent.length} files are not in the backup and ${damaged.length} of ${some.length} read are damaged, the first ${bad[0]}.`,
  }
}

type Known = {
  question: string
  person_id: string
  organisation_id: string
  role: PersonActor['role']
  documents: string[]
}

/** Asks again what people asked, as they, and wants the sources they got; else a sentence of a document must find itself. */
async function answersAgree(db: Db, scope: Scope): Promise<Check> {
  const name = 'answer'
  const known = [...(await asked(scope)), ...(await ownSentences(scope))]
  if (known.length === 0) return { name, ok: true, said: 'there is no document to ask about.' }
  const tried: string[] = []
  for (const one of known) {
    const person: PersonScope = createScope(db, {
      actor: {
        kind: 'person',
        personId: one.person_id,
        organisationId: one.organisation_id,
        role: one.role,
        via: { kind: 'job' },
      },
      requestId: 'drill',
      log: scope.log,
      platform: scope.platform,
    })
    const answer = await ask(person, { question: one.question }, async () => {}, AbortSignal.timeout(180_000))
    const cited = answer.citations.flatMap(({ documentId }) => documentId ?? [])
    if (one.documents.some((id) => cited.includes(id)))
      return { name, ok: true, said: `a question was answered from the same document (${cited.length} citations).` }
    tried.push(answer.status)
  }
  return {
    name,
    ok: false,
    said: `${tried.length} questions were not answered from their documents (${tried.join(', ')}).`,
  }
}

/** The last answers whose sources are still there and current. */
const asked = (scope: Scope): Promise<Known[]> =>
  scope.read((tx) =>
    rows<Known>(
      tx,
      sql`select a.question, a.person_id, p.organisation_id, p.role, array_agg(distinct d.id::text) as documents
      from answers a join people p on p.id = a.person_id and p.disabled_at is null
      cross join lateral jsonb_array_elements(a.citations) c
      join passages s on s.id = (c->>'passageId')::bigint
      join documents d on d.id = s.document_id and d.deleted_at is null and d.current_version_id = s.version_id
      where a.status = 'answered' group by a.id, a.question, a.person_id, p.organisation_id, p.role
      order by max(a.created_at) desc limit 3`,
    ),
  )

/** The newest documents, each asked about in its own words by its owner. */
async function ownSentences(scope: Scope): Promise<Known[]> {
  const found = await scope.read((tx) =>
    rows<{ text: string; person_id: string; organisation_id: string; role: PersonActor['role']; document: string }>(
      tx,
      sql`select s.text, p.id as person_id, p.organisation_id, p.role, d.id::text as document
      from documents d join people p on p.id = d.owner_id and p.disabled_at is null
      join passages s on s.version_id = d.current_version_id and s.ordinal = 0
      where d.deleted_at is null and length(s.text) > 40 order by d.updated_at desc limit 5`,
    ),
  )
  return found.map(({ text, document, ...person }) => ({
    ...person,
    question: `What does it say: ${(/[^.!?\n]{20,200}/.exec(text)?.[0] ?? text.slice(0, 200)).trim()}?`,
    documents: [document],
  }))
}
