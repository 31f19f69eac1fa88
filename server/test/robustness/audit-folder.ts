/** Opens a data folder whose server has ended, and counts what must be there once and no more. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openPglite, rows, sql } from '../../src/db/index.ts'

export type Expected = {
  name: string
  word: string
  sha256: string
  bytes: number
  bad: boolean
  acknowledged: boolean
  tries: number
}

export async function auditFolder(
  folder: string,
  files: Expected[],
  told: { meaning: boolean; problems: string[] },
): Promise<Record<string, number>> {
  const { problems } = told
  const db = await openPglite(join(folder, 'database'))
  const one = async (statement: ReturnType<typeof sql>) =>
    Number((await rows<{ n: number | string }>(db.drizzle, statement))[0]!.n)
  const facts = {
    documents: await one(sql`select count(*) as n from documents`),
    versions: await one(sql`select count(*) as n from versions`),
    passages: await one(sql`select count(*) as n from passages`),
    vectors: await one(sql`select count(*) as n from passage_vectors`),
    unfinished: await one(sql`select count(*) as n from versions where stage not in ('ready', 'failed')`),
    attempts: await one(sql`select sum(attempt) as n from versions`),
    doubledPassages: await one(
      sql`select count(*) as n from (select document_id, ordinal from passages group by 1, 2 having count(*) > 1) t`,
    ),
    passagesWithGaps: await one(
      sql`select count(*) as n from (select version_id from passages group by 1 having count(*) <> max(ordinal) - min(ordinal) + 1) t`,
    ),
    readyWithoutPassages: await one(
      sql`select count(*) as n from versions v where stage = 'ready' and not exists (select 1 from passages p where p.version_id = v.id)`,
    ),
    withoutVector: await one(
      sql`select count(*) as n from passages p where not exists (select 1 from passage_vectors e where e.passage_id = p.id)`,
    ),
    failedWithoutReason: await one(
      sql`select count(*) as n from versions where stage = 'failed' and coalesce(problem_message, '') = ''`,
    ),
    documentsOfSeveralVersions: await one(
      sql`select count(*) as n from (select document_id from versions group by 1 having count(*) > 1) t`,
    ),
    auditOfUploads: await one(
      sql`select count(*) as n from audit_events where action = 'document.upload' and details ->> 'outcome' = 'created'`,
    ),
    auditDamage: 0,
    orphans: 0,
    leftovers: 0,
  }
  // Every page of every table and index is read once: what a torn write damaged shows here.
  await db.drizzle.execute(sql`set enable_indexscan = off`)
  const heap = await one(sql`select count(*) as n from documents d join versions v on v.document_id = d.id`)
  await db.drizzle.execute(sql`set enable_indexscan = on`)
  await db.drizzle.execute(sql`set enable_seqscan = off`)
  const indexed = await one(sql`select count(*) as n from documents d join versions v on v.document_id = d.id`)
  if (heap !== indexed) facts.auditDamage = Math.abs(heap - indexed)
  const stored = await rows<{ sha256: string }>(db.drizzle, sql`select distinct sha256 from versions`)
  await db.close()

  const objects = join(folder, 'objects')
  const names = new Set<string>()
  for (const entry of await readdir(objects, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    if (!/^[0-9a-f]{64}$/.test(entry.name)) {
      facts.leftovers += 1
      problems.push(`left behind: ${join(entry.parentPath, entry.name)}`)
      continue
    }
    names.add(entry.name)
    const sum = createHash('sha256')
      .update(await readFile(join(entry.parentPath, entry.name)))
      .digest('hex')
    if (sum !== entry.name) problems.push(`object ${entry.name} holds other bytes`)
  }
  for (const { sha256 } of stored)
    if (!names.delete(sha256)) problems.push(`the object of a version is missing: ${sha256}`)
  // Bytes that were stored in the moment of the kill, before their row: the daily sweep takes them.
  facts.orphans = names.size

  const known = files.filter(({ acknowledged, tries }) => acknowledged || tries > 0).length
  if (facts.documents > known) problems.push(`${facts.documents} documents from ${known} files`)
  if (facts.versions !== facts.documents) problems.push(`${facts.versions} versions of ${facts.documents} documents`)
  if (facts.auditOfUploads !== facts.versions)
    problems.push(`${facts.versions} versions, but ${facts.auditOfUploads} audit rows of uploads`)
  for (const name of [
    'unfinished',
    'doubledPassages',
    'passagesWithGaps',
    'readyWithoutPassages',
    'failedWithoutReason',
    'documentsOfSeveralVersions',
    'auditDamage',
  ] as const)
    if (facts[name] > 0) problems.push(`${name}: ${facts[name]}`)
  if (told.meaning && facts.withoutVector > 0) problems.push(`${facts.withoutVector} passages without a vector`)
  if (told.meaning && facts.vectors !== facts.passages)
    problems.push(`${facts.vectors} vectors of ${facts.passages} passages`)
  return facts
}
