/** Fills in what a follow-up question leaves unsaid, so that it can be searched: "And when did it end?" */
import type { ChatModel } from '../../platform/ai/index.ts'
import { isSmallWord, tokenise } from '../search/index.ts'
import { plainText } from './plain-text.ts'
import { rewritePrompt } from './prompt.ts'

const rewriteMs = 4000
/** A question with fewer words of its own than this leans on the one before, whatever its language. */
const fewWords = 3
/** So many words of the earlier question are taken along, or a long conversation would drown the question. */
const wordsTaken = 12

/** Words that point back, a language a line. */
const pointing = new Set(
  [
    'it its they them their he him his she her hers this that these those there then such same former latter one ones',
    'er sie es ihm ihn ihr ihre ihren seine seinen sein dies diese dieser dieses diesen jene jener dort dann davon dafür damit daran darin dazu dessen deren',
    'il elle ils elles ce cela ça ceci celui celle ceux leur leurs lui y',
    'él ella ello ellos ellas eso esto esa ese esos esas sus su allí aquel aquella',
    'esso essa essi esse egli ciò questo questa quello quella suo sua loro lì',
  ].flatMap((line) => line.split(' ')),
)

/** True when `question` needs the one before it to be understood. */
export function leansBack(question: string): boolean {
  const terms = [
    ...new Set(
      tokenise(question)
        .filter(({ kind }) => kind !== 'code')
        .map(({ term }) => term),
    ),
  ]
  const own = terms.filter((term) => !isSmallWord(term) && !pointing.has(term))
  return own.length < fewWords || terms.some((term) => pointing.has(term))
}

/** The question with the earlier one's own words behind it, as they were written, none twice. */
export function joinFollowUp(question: string, before: string): string {
  const said = new Set(tokenise(question).map(({ term }) => term))
  const words: string[] = []
  for (const { term, start, end, kind } of tokenise(before)) {
    if (words.length === wordsTaken) break
    if (kind === 'code' || said.has(term) || isSmallWord(term) || pointing.has(term)) continue
    said.add(term)
    // Bigrams of a script without spaces overlap: the whole question is the better context there.
    if (kind === 'bigram') return `${question} ${before}`
    words.push(before.slice(start, end))
  }
  return words.length === 0 ? question : `${question} ${words.join(' ')}`
}

/**
 * The question as it is searched. `before`: what was searched for earlier in the conversation, oldest first. A model, where
 * there is one, writes it anew within four seconds; when it is late or fails, the words are joined.
 */
export async function completeQuestion(
  question: string,
  before: readonly string[],
  model: ChatModel | null,
  signal: AbortSignal,
): Promise<string> {
  const last = before.at(-1)
  if (last === undefined || !leansBack(question)) return question
  const joined = joinFollowUp(question, last).slice(0, 2000)
  if (model === null) return joined
  const limited = AbortSignal.any([signal, AbortSignal.timeout(rewriteMs)])
  try {
    let written = ''
    for await (const piece of model.stream(rewritePrompt(question, before.slice(-3)), {
      signal: limited,
      maxTokens: 80,
    })) {
      written += piece
      if (written.length > 400) break
    }
    const text = plainText(written).split('\n')[0]?.replace(/"/g, '').trim() ?? ''
    return limited.aborted || text.length < 3 || text.length > 400 ? joined : text
  } catch (error) {
    if (signal.aborted) throw error
    return joined
  }
}
