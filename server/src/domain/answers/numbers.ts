/**
 * Numbers and dates in a text of any language, as values that can be compared: "1,234.5", "1.234,5", "٣", "5 Mio.", "5 %",
 * "12 March 2024", "2024-03-12". What can be read in several ways keeps all readings, and meets another when one is the same.
 */
export type Figure = { kind: 'number'; text: string; start: number; end: number; readings: number[]; percent: boolean }
export type DateFigure = { kind: 'date'; text: string; start: number; end: number; readings: CalendarDate[] }
export type CalendarDate = { year?: number; month: number; day?: number }

/** Words that multiply the number before them. A language that lacks here compares the plain numbers. */
const scales: Record<string, number> = Object.fromEntries(
  (
    [
      ['hundred hundert cent cien cento', 1e2],
      ['thousand tausend tsd mille mil mila duizend tusen тысяч тыс', 1e3],
      [
        'million millions millionen mio millón millones milhão milhões milione milioni miljoen miljoner млн миллион миллионов',
        1e6,
      ],
      [
        'billion billions milliarde milliarden mrd milliard milliards miliardo miliardi miljard млрд миллиард миллиардов',
        1e9,
      ],
      ['trillion trillions', 1e12],
    ] as const
  ).flatMap(([words, factor]) => words.split(' ').map((word) => [word, factor])),
)
const percents = new Set(['%', '٪', '％', 'percent', 'prozent', 'procent', 'prosent', 'pct'])

/** Small numbers as words; articles ("one", "ein", "un") are left out on purpose. */
const numberWords: Record<string, number> = Object.fromEntries(
  [
    'two three four five six seven eight nine ten eleven twelve',
    'zwei drei vier fünf sechs sieben acht neun zehn elf zwölf',
    'deux trois quatre cinq six sept huit neuf dix onze douze',
    'dos tres cuatro cinco seis siete ocho nueve diez once doce',
    'due tre quattro cinque sei sette otto nove dieci undici dodici',
  ].flatMap((line) => line.split(' ').map((word, i) => [word, i + 2] as const)),
)
/** Words above that are something else elsewhere ("once", "sei", "dix"): they count as numbers only where a text is asked for them. */
const doubtful = new Set(['once', 'sei', 'due', 'tre', 'six', 'elf', 'acht'])

const NUMBER = /(?<![\p{L}\p{N}])[+\-−]?\p{Nd}+(?:[.,'’٫٬\u00A0\u202F ]\p{Nd}+)*/gu
const wordAfter = /^[\s\u00A0\u202F-]{0,2}([%٪％]|[\p{L}\p{M}]+)/u
const anyWord = /[\p{L}\p{M}]+/gu

const monthOf = monthNames()
const monthPattern = [...monthOf.keys()]
  .sort((a, b) => b.length - a.length)
  .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  .join('|')
const D = '\\p{Nd}'
const datePatterns: [RegExp, (groups: string[]) => CalendarDate[]][] = [
  [
    new RegExp(`(?<!${D})(${D}{4})[-/.](${D}{1,2})[-/.](${D}{1,2})(?!${D})`, 'gu'),
    ([y, m, d]) => valid([{ year: value(y), month: value(m), day: value(d) }]),
  ],
  [
    new RegExp(`(?<!${D})(${D}{1,2})[./-]\\s?(${D}{1,2})[./-]\\s?(${D}{4}|${D}{2})(?!${D})`, 'gu'),
    ([a, b, y]) =>
      valid([
        { year: fullYear(y), month: value(b), day: value(a) },
        { year: fullYear(y), month: value(a), day: value(b) },
      ]),
  ],
  [
    new RegExp(`(?<!${D})(${D}{4})年(${D}{1,2})月(?:(${D}{1,2})日)?`, 'gu'),
    ([y, m, d]) => valid([{ year: value(y), month: value(m), ...(d ? { day: value(d) } : {}) }]),
  ],
  [
    new RegExp(
      `(?<![\\p{L}${D}])(${D}{1,2})(?:\\.|st|nd|rd|th|er|º|ª)?\\s*(?:de |of )?(${monthPattern})(?![\\p{L}])\\.?,?(?:\\s*(?:de |del )?(${D}{3,4})(?!${D}))?`,
      'giu',
    ),
    ([d, m, y]) => valid([{ month: monthOf.get(m!.toLowerCase())!, day: value(d), ...(y ? { year: value(y) } : {}) }]),
  ],
  [
    new RegExp(
      `(?<!\\p{L})(${monthPattern})\\.?\\s+(${D}{1,2})(?:st|nd|rd|th)?(?!${D})(?:,?\\s*(${D}{4})(?!${D}))?`,
      'giu',
    ),
    ([m, d, y]) => valid([{ month: monthOf.get(m!.toLowerCase())!, day: value(d), ...(y ? { year: value(y) } : {}) }]),
  ],
  [
    new RegExp(`(?<!\\p{L})(${monthPattern})\\.?,?\\s+(?:de |del )?(${D}{4})(?!${D})`, 'giu'),
    ([m, y]) => valid([{ month: monthOf.get(m!.toLowerCase())!, year: value(y) }]),
  ],
]

/** Dates first; the numbers inside them do not count again. In order of place. */
export function figuresIn(text: string): (Figure | DateFigure)[] {
  const found: (Figure | DateFigure)[] = []
  const taken = (start: number, end: number): boolean => found.some((one) => start < one.end && end > one.start)
  for (const [pattern, read] of datePatterns) {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length]
      const readings = taken(start, end) ? [] : read(match.slice(1))
      if (readings.length > 0) found.push({ kind: 'date', text: match[0].trim(), start, end, readings })
    }
  }
  for (const match of text.matchAll(NUMBER)) {
    // "1.5. Then": a separator belongs to the number only between digits, which the pattern sees to.
    for (const piece of splitAtSpaces(match[0])) {
      const start = match.index + piece.at
      const end = start + piece.text.length
      if (taken(start, end)) continue
      const after = wordAfter.exec(text.slice(end, end + 24))?.[1]?.toLowerCase()
      const factor = (after && scales[after]) || 1
      found.push({
        kind: 'number',
        text: piece.text,
        start,
        end,
        readings: readingsOf(piece.text).map((one) => one * factor),
        percent: after !== undefined && percents.has(after),
      })
    }
  }
  for (const match of text.matchAll(anyWord)) {
    const word = match[0].toLowerCase()
    const number = numberWords[word]
    if (number === undefined || doubtful.has(word)) continue
    const end = match.index + word.length
    const factor = scales[wordAfter.exec(text.slice(end, end + 24))?.[1]?.toLowerCase() ?? ''] ?? 1
    found.push({ kind: 'number', text: match[0], start: match.index, end, readings: [number * factor], percent: false })
  }
  return found.sort((a, b) => a.start - b.start)
}

/** Whether `figure` stands among `others`: the same value, for dates in every part that `figure` names. */
export function stands(figure: Figure | DateFigure, others: readonly (Figure | DateFigure)[]): boolean {
  return others.some((other) => {
    if (figure.kind === 'date')
      return (
        other.kind === 'date' &&
        figure.readings.some((a) =>
          other.readings.some(
            (b) =>
              a.month === b.month &&
              (a.year === undefined || a.year === b.year) &&
              (a.day === undefined || a.day === b.day),
          ),
        )
      )
    if (other.kind === 'date')
      return !figure.percent && other.readings.some((b) => figure.readings.some((a) => a === b.year || a === b.day))
    return (
      figure.percent === other.percent &&
      figure.readings.some((a) => other.readings.some((b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a))))
    )
  })
}

/** "1 234 567" is one number, "in 1999 2000 people" two: spaces join groups of three after a first of one to three. */
function splitAtSpaces(raw: string): { text: string; at: number }[] {
  if (!/[\s\u00A0\u202F]/.test(raw)) return [{ text: raw, at: 0 }]
  if (/^[+\-−]?\p{Nd}{1,3}(?:[ \u00A0\u202F]\p{Nd}{3})+(?:[.,]\p{Nd}+)?$/u.test(raw)) return [{ text: raw, at: 0 }]
  return [...raw.matchAll(/[^\s\u00A0\u202F]+/gu)].map((match) => ({ text: match[0], at: match.index }))
}

/** All values a written number may have: "1,234" is 1234 and 1.234. */
function readingsOf(raw: string): number[] {
  const sign = /^[-−]/.test(raw) ? -1 : 1
  const text = digits(raw)
    .replace(/^[+\-−]/, '')
    .replace(/[\s\u00A0\u202F'’٬]/g, '')
    .replaceAll('٫', '.')
  const marks = [...text.matchAll(/[.,]/g)].map((match) => match[0])
  const plain = Number(text.replace(/[.,]/g, ''))
  if (marks.length === 0) return [sign * plain]
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','))
  const decimal = Number(`${text.slice(0, last).replace(/[.,]/g, '')}.${text.slice(last + 1)}`)
  const grouped = text.length - last - 1 === 3
  if (new Set(marks).size > 1) return [sign * decimal]
  if (marks.length > 1) return [sign * plain]
  return grouped ? [sign * plain, sign * decimal] : [sign * decimal]
}

/** Decimal digits of any script as 0-9. */
function digits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0)!
    if (code < 0x80) return digit
    let zero = code
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && code - zero < 9) zero--
    return String(code - zero)
  })
}

function value(text: string | undefined): number {
  return Number(digits(text ?? ''))
}

function fullYear(text: string | undefined): number {
  const year = value(text)
  return (text ?? '').length > 2 ? year : year + (year < 70 ? 2000 : 1900)
}

function valid(dates: CalendarDate[]): CalendarDate[] {
  return dates.filter(({ month, day }) => month >= 1 && month <= 12 && (day === undefined || (day >= 1 && day <= 31)))
}

/** Names of months in many languages, as the platform knows them. */
function monthNames(): Map<string, number> {
  const names = new Map<string, number>()
  const languages =
    'en de fr es it pt nl sv da nb fi pl cs sk sl hr hu ro tr ru uk bg el ar he fa hi id vi ca et lv lt'.split(' ')
  for (const language of languages) {
    for (const style of ['long', 'short'] as const) {
      for (const form of [
        new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC', calendar: 'gregory' }),
        new Intl.DateTimeFormat(language, { day: 'numeric', month: style, timeZone: 'UTC', calendar: 'gregory' }),
      ]) {
        for (let month = 0; month < 12; month++) {
          const part = form
            .formatToParts(Date.UTC(2024, month, 15))
            .find(({ type }) => type === 'month')
            ?.value.toLowerCase()
            .replace(/\.$/, '')
          // A name of two letters or with digits would meet ordinary words.
          if (part && part.length > 2 && /^[\p{L}\p{M}]+$/u.test(part) && !names.has(part)) names.set(part, month + 1)
        }
      }
    }
  }
  return names
}
