/** An answer as it grows on the page: what the server says, folded into what is shown. Pure. */
import type { Answer, AnswerEvent, Citation, Searched, Sentence, Spoke } from '#lib/api/types.ts'

export type Shown = {
  /** Null until the server has named it. */
  id: string | null
  conversationId: string | null
  question: string
  status: Answer['status']
  searched: Searched | null
  spoke: Spoke | null
  sentences: Sentence[]
  citations: Citation[]
  /** A model's raw words that no checked sentence has replaced yet. */
  draft: string
  nearest: Answer['nearest']
  /** What went wrong, in the server's words; "" where it said nothing. */
  problem: string | null
  feedback: Answer['feedback']
  createdAt: string | null
}

export function begin(question: string): Shown {
  return {
    id: null,
    conversationId: null,
    question,
    status: 'running',
    searched: null,
    spoke: null,
    sentences: [],
    citations: [],
    draft: '',
    nearest: [],
    problem: null,
    feedback: null,
    createdAt: null,
  }
}

export function fromAnswer(answer: Answer): Shown {
  return {
    id: answer.id,
    conversationId: answer.conversationId,
    question: answer.question,
    status: answer.status,
    searched: answer.searched,
    spoke: answer.spoke,
    sentences: answer.sentences,
    citations: answer.citations,
    draft: '',
    nearest: answer.nearest,
    problem: answer.problem,
    feedback: answer.feedback,
    createdAt: answer.createdAt,
  }
}

export function fold(shown: Shown, event: AnswerEvent): Shown {
  switch (event.kind) {
    case 'started':
      return { ...shown, id: event.answerId, conversationId: event.conversationId }
    case 'searched':
      return { ...shown, searched: event.searched, spoke: event.spoke }
    case 'draft':
      return { ...shown, draft: shown.draft + event.text }
    case 'citation':
      return {
        ...shown,
        citations: [...shown.citations.filter((one) => one.number !== event.citation.number), event.citation],
      }
    case 'sentence':
      return {
        ...shown,
        sentences: [...shown.sentences, event.sentence],
        draft: withoutChecked(shown.draft, event.sentence.text),
      }
    case 'done':
      return fromAnswer(event.answer)
    case 'failed':
      return { ...shown, status: 'failed', draft: '', problem: event.message }
  }
}

/** A checked sentence takes the place of the draft up to its end; words the draft does not hold leave it as it is. */
function withoutChecked(draft: string, sentence: string): string {
  const at = draft.indexOf(sentence.trim())
  return at < 0 ? draft : draft.slice(at + sentence.trim().length).trimStart()
}

/** The person stopped it: what was checked stays, the unchecked draft goes. */
export function stopped(shown: Shown): Shown {
  return { ...shown, status: 'stopped', draft: '' }
}

/** The citations a sentence really has, in the order of their numbers: a number without its citation is never shown. */
export function citedBy(sentence: Sentence, citations: readonly Citation[]): Citation[] {
  return [...new Set(sentence.citations)]
    .sort((a, b) => a - b)
    .flatMap((number) => citations.find((citation) => citation.number === number) ?? [])
}

/** The characters of a citation's passage that carry the sentence, or null where they are not known. */
export function partOf(citation: Citation): { start: number; end: number } | null {
  return citation.start === null || citation.end === null ? null : { start: citation.start, end: citation.end }
}

/** The same in words. */
export function wordsOf(citation: Citation): string | null {
  return citation.quote === null || citation.start === null || citation.end === null
    ? null
    : citation.quote.slice(citation.start, citation.end)
}
