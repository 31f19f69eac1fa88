/** Answers with the documents' own sentences: the best one to three, word for word, each with its place. */
import type { Composed, Pointer } from './composed.ts'
import type { Sentence } from './contract.ts'
import { type Weighed, rankSentences } from './rank.ts'
import type { AskedQuestion, ReadPassage, ReadSentence } from './reading.ts'

const most = 3
/** A further sentence of the same passage comes along when it is almost as good; measured in `rankSentences`' scores. */
const nearlyAsGood = 1
/** So does the best sentence of the second passage, in scores of passages. */
const passageNearlyAsGood = 0.7
const longest = 700

/** `doubt` is put on each sentence when it is not sure that they answer the question. `ranked` must not be empty. */
export function composeExtractive(ranked: readonly Weighed[], question: AskedQuestion, doubt: string | null): Composed {
  const [first, second] = ranked
  if (!first) return { sentences: [], pointers: [] }
  const own = rankSentences(first.passage, question)
  const chosen = own
    .filter(({ score }) => score >= own[0]!.score - nearlyAsGood)
    .slice(0, most)
    .map(({ sentence }) => ({ passage: first.passage, sentence }))
    .sort((a, b) => a.sentence.start - b.sentence.start)
  if (second && chosen.length < most && second.score >= first.score - passageNearlyAsGood && !says(chosen, second.best))
    chosen.push({ passage: second.passage, sentence: second.best })
  const sentences: Sentence[] = []
  const pointers: Pointer[] = []
  for (const { passage, sentence } of chosen) {
    const end = endOf(passage, sentence)
    const number = pointers.length + 1
    pointers.push({
      number,
      passageId: passage.found.passageId,
      documentId: passage.found.document.id,
      start: sentence.start,
      end,
    })
    sentences.push({
      text: passage.found.text.slice(sentence.start, end),
      citations: [number],
      support: doubt === null ? 'supported' : 'partly',
      doubt,
    })
  }
  return { sentences, pointers }
}

/** The same words need not be said twice, when a document lies there in two copies. */
function says(chosen: readonly { sentence: ReadSentence }[], one: ReadSentence): boolean {
  return chosen.some(({ sentence }) => sentence.text === one.text)
}

/** A row of a table or a text without full stops can be very long; it is cut at a space. */
function endOf(passage: ReadPassage, { start, end }: ReadSentence): number {
  if (end - start <= longest) return end
  const space = passage.found.text.lastIndexOf(' ', start + longest)
  return space > start + longest / 2 ? space : start + longest
}
