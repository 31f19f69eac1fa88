/**
 * Splits a text into sentences in any language, by the Unicode rules (UAX 29, through Intl.Segmenter), mended where those
 * rules know no abbreviations: "Dr. Meier", "z. B. Äpfel", "J. Smith", "No. 5" and "3. Mai" stay whole.
 */
export type Sentence = { text: string; start: number; end: number }

const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' })

const abbreviations = new Set(
  (
    'dr prof mr mrs ms st jr sr inc ltd co corp vs etc no nr vol pp fig figs al ca cf eg ie approx dept est ed eds rev gen col sgt ' +
    'bzw usw vgl abs art ziff bd hrsg evtl ggf inkl zzgl str tel hr fr z b d h u a o ä s sog mio mrd jh geb gest jan feb apr jun jul ' +
    'aug sep sept okt oct nov dez dec sra srta ud uds pág núm av avda ej m mme mlle mm boul env réf sig dott ing avv pag sec sect ' +
    'г ул им т е д п стр рис др проф см руб коп'
  ).split(' '),
)
const lastWord = /(?:^|[^\p{L}\p{N}])([\p{L}\p{M}]+)\.\s*$/u
const initial = /(?:^|[\s.(])\p{Lu}\.\s*$/u
const ordinal = /(?:^|\s)\d{1,3}\.\s*$/u
const startsOpen = /^[\p{Ll}\p{N}]/u

/** Sentences with their places [start, end) in the text, without the spaces around them. A line feed always ends one. */
export const splitSentences = (text: string): Sentence[] => {
  const sentences: Sentence[] = []
  let start = -1
  let end = 0
  const close = (): void => {
    if (start < 0) return
    const raw = text.slice(start, end)
    const from = start + (raw.length - raw.trimStart().length)
    const trimmed = raw.trim()
    if (trimmed !== '') sentences.push({ text: trimmed, start: from, end: from + trimmed.length })
    start = -1
  }
  for (const { segment, index } of segmenter.segment(text)) {
    if (start >= 0 && !goesOn(text.slice(Math.max(start, end - 40), end), segment)) close()
    if (start < 0) start = index
    end = index + segment.length
  }
  close()
  return sentences
}

/** True when the piece before did not really end a sentence. */
const goesOn = (before: string, next: string): boolean => {
  if (/[\n\u2029]\s*$/.test(before)) return false
  const word = lastWord.exec(before)?.[1]
  if (word && (abbreviations.has(word.toLowerCase()) || startsOpen.test(next))) return true
  return initial.test(before) || ordinal.test(before)
}
