/** What the box offers while somebody types: titles, collections and words, all from what they may see. */
import type { z } from 'zod'
import { type PersonScope, rows, sql } from '../../db/index.ts'
import type { SuggestInput, Suggestions } from './contract.ts'
import { feedOf } from './index-feed.ts'
import { completions } from './spelling.ts'
import { tokenise } from './tokens.ts'
import { noFilters, visibleDocuments } from './visible.ts'

type Items = z.infer<typeof Suggestions>['items']
type Format = Extract<Items[number], { kind: 'document' }>['format']

const mostTerms = 3

export async function suggest(
  scope: PersonScope,
  input: z.infer<typeof SuggestInput>,
): Promise<z.infer<typeof Suggestions>> {
  const typed = input.q.trim()
  if (typed === '') return { items: [] }
  const feed = feedOf(scope.platform)
  await feed.loaded
  // Whole word beginnings first, then anywhere in the title; % and _ typed by people are only letters.
  const starts = `${escapeLike(typed)}%`
  const holds = `%${escapeLike(typed)}%`
  const { visible, documents, collections } = await scope.read(async (tx) => ({
    ...(await visibleDocuments(tx, noFilters)),
    documents: await rows<{ id: string; title: string; format: Format }>(
      tx,
      sql`select d.id, d.title, v.format from documents d left join versions v on v.id = d.current_version_id
          where d.deleted_at is null and d.title ilike ${holds}
          order by (d.title ilike ${starts}) desc, d.updated_at desc limit ${input.limit}`,
    ),
    collections: await rows<{ id: string; name: string }>(
      tx,
      sql`select id, name from collections where name ilike ${holds} order by (name ilike ${starts}) desc, name limit 3`,
    ),
  }))
  const last = tokenise(typed).findLast((token) => token.kind === 'word')
  const before = last && last.end === typed.length ? typed.slice(0, last.start) : undefined
  const terms =
    last && before !== undefined
      ? completions(last.term, feed.index, feed.index.view(visible), mostTerms).map((term) => ({
          kind: 'term' as const,
          text: before + term,
        }))
      : []
  const places = collections.map(({ id, name }) => ({ kind: 'collection' as const, id, title: name }))
  const titles = documents.map(({ id, title, format }) => ({ kind: 'document' as const, id, title, format }))
  return { items: [...terms, ...places, ...titles].slice(0, input.limit) }
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')
