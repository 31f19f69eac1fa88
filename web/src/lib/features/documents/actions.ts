/** What can be done to documents, one or many: done, said, and undone where that is possible. Each tells which ids it changed. */
import { bulk } from '#lib/api/documents.ts'
import type { Bulk, BulkResult, DocumentItem } from '#lib/api/types.ts'
import { collections } from '#lib/features/collections/collections.svelte.ts'
import { sentenceOf } from '#lib/i18n/explain.ts'
import { m, number } from '#lib/i18n/index.ts'
import { confirm } from '#lib/ui/confirm.svelte.ts'
import { toast } from '#lib/ui/toast.svelte.ts'

export type Doomed = Pick<DocumentItem, 'id' | 'title' | 'collection'>
/** Called after an undo, so that lists show what came back. */
type Again = () => void

const AT_ONCE = 500

async function inParts(ids: readonly string[], make: (part: string[]) => Bulk): Promise<BulkResult> {
  const all: BulkResult = { done: [], refused: [] }
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const { done, refused } = await bulk(make(ids.slice(at, at + AT_ONCE)))
    all.done.push(...done)
    all.refused.push(...refused)
  }
  void collections.refresh()
  return all
}

/** One title, or how many. */
const named = (items: readonly Doomed[]): string =>
  items.length === 1
    ? m.documents_quoted({ title: items[0]?.title ?? '' })
    : m.documents_count({ count: items.length, shown: number(items.length) })

async function act(
  items: readonly Doomed[],
  make: (part: string[]) => Bulk,
  said: (what: string) => string,
  undo: ((done: Doomed[]) => void) | null,
): Promise<string[]> {
  try {
    const { done, refused } = await inParts(
      items.map((item) => item.id),
      make,
    )
    const ids = new Set(done)
    const changed = items.filter((item) => ids.has(item.id))
    if (changed.length > 0) {
      toast(said(named(changed)), { kind: 'good', action: undo ? { label: m.undo(), act: () => undo(changed) } : null })
    }
    const first = refused[0]
    if (first) toast(m.documents_refused({ count: refused.length, reason: first.message }), { kind: 'bad' })
    return done
  } catch (error) {
    toast(sentenceOf(error), { kind: 'bad' })
    return []
  }
}

export const trash = (items: readonly Doomed[], again: Again): Promise<string[]> =>
  act(
    items,
    (ids) => ({ action: 'trash', ids }),
    (what) => m.documents_trashed({ what }),
    (done) => void restore(done).then(again),
  )

export const restore = (items: readonly Doomed[]): Promise<string[]> =>
  act(
    items,
    (ids) => ({ action: 'restore', ids }),
    (what) => m.documents_restored({ what }),
    null,
  )

export async function deleteForGood(items: readonly Doomed[]): Promise<string[]> {
  const yes = await confirm({
    title:
      items.length === 1
        ? m.documents_delete_one({ title: items[0]?.title ?? '' })
        : m.documents_delete_many({ count: items.length, shown: number(items.length) }),
    body: m.documents_delete_body(),
    action: m.documents_delete_go(),
    danger: true,
  })
  return yes
    ? act(
        items,
        (ids) => ({ action: 'delete', ids }),
        (what) => m.documents_deleted({ what }),
        null,
      )
    : []
}

export function move(
  items: readonly Doomed[],
  target: { id: string | null; name: string },
  again: Again,
): Promise<string[]> {
  return act(
    items,
    (ids) => ({ action: 'move', ids, collectionId: target.id }),
    (what) => m.documents_moved({ what, place: target.name }),
    (done) => void putBack(done).then(again),
  )
}

async function putBack(items: readonly Doomed[]): Promise<void> {
  const places = new Map<string | null, string[]>()
  for (const item of items)
    places.set(item.collection?.id ?? null, [...(places.get(item.collection?.id ?? null) ?? []), item.id])
  try {
    for (const [collectionId, ids] of places)
      await inParts(ids, (part) => ({ action: 'move', ids: part, collectionId }))
    toast(m.documents_moved_back(), { kind: 'good' })
  } catch (error) {
    toast(sentenceOf(error), { kind: 'bad' })
  }
}
