import { rows, sql, type Tx, type WriteTx } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import type { Pointer } from './composed.ts'
import type { Answer, Citation, Sentence } from './contract.ts'

/** `confidence` travels with what was searched: it belongs to the same moment. */
export type StoredSearched = Answer['searched'] & { confidence?: number | null }
export type Place = { documentId: string; passageId: number }

export type AnswerRow = {
  id: string
  conversation_id: string
  question: string
  searched_question: string | null
  status: Answer['status']
  sentences: Sentence[]
  citations: Pointer[]
  searched: StoredSearched
  nearest: Place[]
  spoke: Answer['spoke']
  problem: string | null
  verdict: 'up' | 'down' | null
  verdict_reason: string | null
  created_at: Date | string
}

export type ConversationRow = { id: string; title: string; answers: number; updated_at: Date | string }

/** Row-level security leaves a person their own answers and nobody else's. */
export async function requireAnswer(tx: Tx, id: string): Promise<AnswerRow> {
  const [row] = await rows<AnswerRow>(tx, sql`select * from answers where id = ${id}`)
  if (!row) throw new AppError('not_found', { detail: 'There is no such answer.' })
  return row
}

export function selectThread(tx: Tx, conversationId: string): Promise<AnswerRow[]> {
  return rows<AnswerRow>(
    tx,
    sql`select * from answers where conversation_id = ${conversationId} order by created_at, id`,
  )
}

const columns = sql`c.id, c.title, c.updated_at, (select count(*)::int from answers a where a.conversation_id = c.id) as answers`

export async function requireConversation(tx: Tx, id: string): Promise<ConversationRow> {
  const [row] = await rows<ConversationRow>(tx, sql`select ${columns} from conversations c where c.id = ${id}`)
  if (!row) throw new AppError('not_found', { detail: 'There is no such conversation.' })
  return row
}

export function selectConversations(tx: Tx): Promise<ConversationRow[]> {
  return rows<ConversationRow>(
    tx,
    sql`select ${columns} from conversations c order by c.updated_at desc, c.id desc limit 500`,
  )
}

/** What was searched for in a conversation so far, oldest first. */
export async function earlierQuestions(tx: Tx, conversationId: string): Promise<string[]> {
  const found = await rows<{ question: string }>(
    tx,
    sql`select coalesce(searched_question, question) as question from answers
    where conversation_id = ${conversationId} order by created_at desc, id desc limit 3`,
  )
  return found.map(({ question }) => question).reverse()
}

export type Finished = {
  id: string
  status: Answer['status']
  searchedQuestion: string
  sentences: Sentence[]
  pointers: Pointer[]
  searched: StoredSearched
  nearest: Place[]
  spoke: Answer['spoke']
  problem: string | null
}

export async function storeFinished(tx: WriteTx, done: Finished): Promise<void> {
  await tx.execute(sql`update answers set status = ${done.status}, searched_question = ${done.searchedQuestion}, problem = ${done.problem}, finished_at = now(),
      sentences = ${JSON.stringify(done.sentences)}::jsonb, citations = ${JSON.stringify(done.pointers)}::jsonb, searched = ${JSON.stringify(done.searched)}::jsonb,
      nearest = ${JSON.stringify(done.nearest)}::jsonb, spoke = ${JSON.stringify(done.spoke)}::jsonb
    where id = ${done.id}`)
}

export type OpenPassage = Omit<Citation, 'number' | 'available' | 'start' | 'end' | 'quote'> & {
  text: string
  headings: string[]
  language: string | null
}
type PassageRow = {
  id: number | string
  text: string
  headings: string[]
  language: string | null
  page: number
  page_label: string | null
  number: number
  page_unit: NonNullable<Citation['pageUnit']>
  format: Citation['format']
  document_id: string
  title: string
  updated_at: Date | string
}

/** Passages that the reader may see now, of any version, by id. What lies in the trash is not among them. */
export async function openPassages(tx: Tx, ids: readonly number[]): Promise<Map<number, OpenPassage>> {
  if (ids.length === 0) return new Map()
  const found = await rows<PassageRow>(
    tx,
    sql`select p.id, p.text, p.headings, coalesce(p.language, d.language) as language, p.page, p.page_label,
      v.number, v.page_unit, v.format, d.id as document_id, d.title, d.updated_at
    from passages p join versions v on v.id = p.version_id join documents d on d.id = p.document_id
    where p.id in (${sql.join(
      [...new Set(ids)].map((id) => sql`${id}`),
      sql`, `,
    )}) and d.deleted_at is null`,
  )
  return new Map(
    found.map((row) => [
      Number(row.id),
      {
        documentId: row.document_id,
        title: row.title,
        format: row.format,
        version: row.number,
        page: row.page,
        pageUnit: row.page_unit,
        pageLabel: row.page_label,
        passageId: String(row.id),
        updatedAt: iso(row.updated_at),
        text: row.text,
        headings: row.headings,
        language: row.language,
      },
    ]),
  )
}

export const iso = (value: Date | string): string => new Date(value).toISOString()
