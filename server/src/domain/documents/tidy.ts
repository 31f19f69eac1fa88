import { rows, type Scope, sql } from '../../db/index.ts'
import { embedVersion, extractVersion } from './jobs.ts'

/**
 * Puts every version whose row says it is unfinished back into the queue. A job that still waits or runs is not doubled:
 * the queue takes one of a key. `model` null: there is no model, and what has its words is done for now.
 */
export async function requeueUnfinished(scope: Scope, model: string | null): Promise<number> {
  return scope.bookkeep(async (tx) => {
    const unread = await rows<{ id: string }>(
      tx,
      sql`select id from versions where stage in ('queued', 'extracting', 'indexing')`,
    )
    const unembedded =
      model === null
        ? []
        : await rows<{ id: string }>(
            tx,
            sql`select v.id from versions v join documents d on d.current_version_id = v.id
      where v.found_by_words and v.stage in ('ready', 'embedding') and exists (select 1 from passages s
        where s.version_id = v.id and not exists (select 1 from passage_vectors e where e.model = ${model} and e.passage_id = s.id))`,
          )
    for (const { id } of unread) await scope.platform.queue.enqueue(tx, extractVersion, { versionId: id })
    for (const { id } of unembedded) await scope.platform.queue.enqueue(tx, embedVersion, { versionId: id })
    // Embedded to the last passage, but the process ended before it could say so.
    if (model !== null)
      await tx.execute(sql`update versions set stage = 'ready', found_by_meaning = true where stage = 'embedding'
      and not exists (select 1 from passages s where s.version_id = versions.id and not exists (select 1 from passage_vectors e where e.model = ${model} and e.passage_id = s.id))`)
    // A version that was replaced meanwhile needs no vectors any more, and without a model there are none to wait for.
    await tx.execute(sql`update versions set stage = 'ready' where stage = 'embedding' and found_by_words
      and (${model === null} or not exists (select 1 from documents d where d.current_version_id = versions.id))`)
    return unread.length + unembedded.length
  })
}

const grace = 24 * 3600 * 1000

/** Removes bytes that no version names: uploads that failed between storing and writing, and documents deleted for good. */
export async function sweepObjects(scope: Scope, now: Date): Promise<number> {
  let removed = 0
  for await (const object of scope.platform.store.list()) {
    if (now.getTime() - object.modifiedAt.getTime() < grace) continue
    const named = await scope.read((tx) =>
      rows(tx, sql`select 1 from versions where sha256 = ${object.sha256} limit 1`),
    )
    if (named.length > 0) continue
    await scope.platform.store.delete(object.sha256)
    removed += 1
  }
  return removed
}

/** Forgets index changes every replica has long seen. */
export async function trimIndexChanges(scope: Scope): Promise<void> {
  await scope.bookkeep(async (tx) => {
    await tx.execute(sql`delete from index_changes where at < now() - interval '7 days'`)
  })
}
