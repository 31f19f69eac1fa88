/** Words that open a question in the languages of the interface; compared without case. */
const OPENERS = new Set(
  (
    'who what when where why which whose whom how is are was were do does did can could should would will may must ' +
    'wer was wann wo warum wieso weshalb welche welcher welches wie womit wofür wozu wem wen wessen ist sind war kann darf muss gibt'
  ).split(' '),
)

/**
 * Whether a line reads as a question: it ends with a question mark of any script, or opens with a question word and
 * goes on for at least three more words ("how to" alone is a search).
 */
export function isQuestion(text: string): boolean {
  const line = text.trim()
  if (/[?？؟⁇]$/u.test(line)) return true
  const words = line.toLocaleLowerCase().split(/\s+/u)
  return words.length >= 4 && OPENERS.has(words[0] ?? '')
}
