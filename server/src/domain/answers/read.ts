/**
 * Reads answers under the reader's rights of this moment. A source that is no longer open to them says nothing but that, and
 * sentences that rest on it are withheld: an answer must not outlive the right to what it quotes.
 */
import type { PersonScope, Tx } from '../../db/index.ts'
import { checkSentence } from './check.ts'
import type { Pointer } from './composed.ts'
import type { Answer, Citation, Sentence } from './contract.ts'
import { type AnswerRow, iso, openPassages, type OpenPassage, requireAnswer } from './queries.ts'

/** An answer takes three minutes at most; one that still runs after this died with its process. */
const longestMs = 5 * 60_000
const withheld = 'Withheld: a source of this sentence is no longer open to you.'

export async function readAnswer(scope: PersonScope, id: string): Promise<Answer> {
  return scope.read(async (tx) => {
    const [answer] = await viewAnswers(tx, [await requireAnswer(tx, id)], scope.platform.now())
    return answer!
  })
}

export async function viewAnswers(tx: Tx, list: readonly AnswerRow[], now: Date): Promise<Answer[]> {
  const open = await openPassages(
    tx,
    list.flatMap(({ citations, nearest }) => [...citations, ...nearest].map(({ passageId }) => passageId)),
  )
  return list.map((row) => view(row, open, now))
}

function view(row: AnswerRow, open: ReadonlyMap<number, OpenPassage>, now: Date): Answer {
  const cited = row.citations.filter(({ number }) => number !== null)
  const closed = row.citations.some(({ passageId }) => !open.has(passageId))
  const died = row.status === 'running' && now.getTime() - new Date(row.created_at).getTime() > longestMs
  const { confidence, ...searched } = row.searched
  return {
    id: row.id,
    conversationId: row.conversation_id,
    question: row.question,
    status: died ? 'failed' : row.status,
    sentences: row.sentences.map((sentence) => (closed ? guarded(sentence, cited, open) : sentence)),
    citations: cited.map((pointer) => toCitation(pointer, open.get(pointer.passageId))),
    searched,
    confidence: confidence ?? null,
    nearest: row.nearest.flatMap(({ documentId, passageId }) => {
      const passage = open.get(passageId)
      return passage ? [{ documentId, title: passage.title!, page: passage.page!, passageId: String(passageId) }] : []
    }),
    spoke: row.spoke,
    problem: died ? 'The server stopped while this was being answered. Ask again.' : row.problem,
    feedback: row.verdict ? { verdict: row.verdict, reason: row.verdict_reason } : null,
    createdAt: iso(row.created_at),
  }
}

/** In an answer some of whose sources are closed, a sentence stays only where what is still open carries it alone. */
function guarded(sentence: Sentence, cited: readonly Pointer[], open: ReadonlyMap<number, OpenPassage>): Sentence {
  const pointers = cited.filter(({ number }) => sentence.citations.includes(number!))
  const left = pointers.flatMap(({ passageId }) => open.get(passageId) ?? [])
  if (pointers.length > 0 && left.length === pointers.length) return sentence
  const carried =
    left.length > 0 &&
    checkSentence(
      sentence.text,
      left.map((one) => ({ text: one.text, language: one.language, about: [one.title, ...one.headings].join('\n') })),
    ).support === 'supported'
  return carried ? sentence : { text: '', citations: sentence.citations, support: 'unsupported', doubt: withheld }
}

function toCitation(pointer: Pointer, passage: OpenPassage | undefined): Citation {
  const number = pointer.number!
  if (!passage)
    return {
      number,
      available: false,
      documentId: null,
      title: null,
      format: null,
      version: null,
      page: null,
      pageUnit: null,
      pageLabel: null,
      passageId: null,
      quote: null,
      start: null,
      end: null,
      updatedAt: null,
    }
  const { text, headings: _headings, language: _language, ...place } = passage
  return { number, available: true, ...place, quote: text, start: pointer.start, end: pointer.end }
}
