/** From found passages to an answer: by the language model where one speaks, else in the documents' own sentences. */
import type { PersonScope } from '../../db/index.ts'
import type { ChatModel } from '../../platform/ai/index.ts'
import type { FoundPassages } from '../search/index.ts'
import type { Emit } from './ask.ts'
import type { Composed } from './composed.ts'
import type { Answer } from './contract.ts'
import { type Judgement, weighEvidence } from './evidence.ts'
import { composeExtractive } from './extractive.ts'
import { composeGenerated, listen } from './generated.ts'
import { addMeaning, passageNearness } from './meaning.ts'
import { fittingPassages } from './prompt.ts'
import type { Finished, StoredSearched } from './queries.ts'
import { rankPassages, type Weighed } from './rank.ts'
import { readPassage, readQuestion, type AskedQuestion } from './reading.ts'

export type Found = FoundPassages

/** The extractive answerer: no model speaks, only documents. */
export const words: Answer['spoke'] = { kind: 'extractive', name: 'Sentences from the documents', place: 'local' }
const notSure = 'These words stand in the document, but it is not certain that they answer the question.'
const nearestShown = 3

export type Spoken = Pick<Finished, 'status' | 'sentences' | 'pointers' | 'nearest' | 'spoke' | 'problem'> & {
  searched: StoredSearched
}
type Given = { question: string; found: Found; model: ChatModel | null; emit: Emit; signal: AbortSignal }

export async function speak(
  scope: PersonScope,
  { question: text, found, model, emit, signal }: Given,
): Promise<Spoken> {
  const question = readQuestion(text, found.worth)
  const passages = await addMeaning(
    scope,
    text,
    found.passages.map((passage) => readPassage(passage, question)),
    signal,
  )
  const ranked = rankPassages(
    passages.map((passage) => ({ passage, nearness: passageNearness(scope, passage.found.similarity) })),
    question,
  )
  const judged = ranked.length === 0 ? null : await weighEvidence({ question, ranked }, signal)
  const searched: StoredSearched = { ...found.searched, meaning: found.meaning, confidence: judged?.answerable ?? null }
  const said =
    model && ranked.length > 0 ? await throughModel(scope, model, { text, ranked, found, emit, signal }) : null
  if (said && 'sentences' in said) {
    const settled = settle(said, ranked)
    return {
      ...settled,
      searched,
      spoke: { kind: 'model', name: model!.name, place: model!.place },
      problem: refusalOf(settled.status, searched),
    }
  }
  const own = extract(ranked, question, judged)
  const settled = settle(own, ranked)
  return {
    ...settled,
    searched,
    spoke: words,
    problem: [said?.problem, refusalOf(settled.status, searched)].filter((line) => line != null).join(' ') || null,
  }
}

/** Sentences that are checked; or why the model could not speak. */
async function throughModel(
  scope: PersonScope,
  model: ChatModel,
  given: { text: string; ranked: readonly Weighed[]; found: Found; emit: Emit; signal: AbortSignal },
): Promise<Composed | { problem: string }> {
  const shown = fittingPassages(given.ranked.map(({ passage }) => passage))
  try {
    const raw = await listen(model, given.text, shown, (text) => given.emit({ kind: 'draft', text }), given.signal)
    if (raw.trim() === '' && !given.signal.aborted) throw new Error('The model said nothing')
    return composeGenerated(raw, shown, given.found.worth)
  } catch (error) {
    given.signal.throwIfAborted()
    scope.log.warn({ err: error, model: model.name }, 'the language model failed; the documents answer')
    return {
      problem: 'The language model could not answer, so these sentences are taken from the documents as they stand.',
    }
  }
}

function extract(ranked: readonly Weighed[], question: AskedQuestion, judged: Judgement | null): Composed {
  if (judged === null || judged.decision === 'refuse') return { sentences: [], pointers: [] }
  return composeExtractive(ranked, question, judged.decision === 'doubt' ? notSure : null)
}

/** No sentence: a refusal, with the nearest documents as places to look. They are no sources. */
function settle(
  composed: Composed,
  ranked: readonly Weighed[],
): Pick<Spoken, 'status' | 'sentences' | 'pointers' | 'nearest'> {
  if (composed.sentences.length > 0) return { status: 'answered', ...composed, nearest: [] }
  const places = new Map<string, number>()
  for (const { passage } of ranked)
    if (!places.has(passage.found.document.id)) places.set(passage.found.document.id, passage.found.passageId)
  const nearest = [...places].slice(0, nearestShown).map(([documentId, passageId]) => ({ documentId, passageId }))
  return { status: 'refused', sentences: [], pointers: composed.pointers, nearest }
}

function refusalOf(status: Answer['status'], { documents, passages }: StoredSearched): string | null {
  if (status !== 'refused') return null
  return passages === 0
    ? 'There is nothing to answer from: no document that you can see has been read yet.'
    : `Nothing in the ${documents} ${documents === 1 ? 'document' : 'documents'} (${passages} ${passages === 1 ? 'passage' : 'passages'}) searched for you answers this.`
}
