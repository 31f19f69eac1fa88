/** From upload to found: ten files of ten pages at once, each with a planted word and a planted thought. */
import { randomInt } from 'node:crypto'
import { makePdf } from '../../../worker/test/make-files.ts'
import type { Measurement } from './main.ts'
import { percentile, type RealServer, until } from './real-server.ts'

/** About 150 words a page, none repeated from file to file in the same order. */
const words = (
  'harbour ledger meadow copper window signal garden railway letter mountain river engine paper silver winter market ' +
  'bridge story travel winter cotton island weather number water report station minister answer morning village'
).split(' ')

const thoughts: [sentence: string, question: string][] = [
  ['The cook burned the soup because nobody watched the stove.', 'why was the meal in the kitchen spoiled'],
  ['A cat slept on the warm roof of the car all afternoon.', 'where did the pet rest'],
  ['The physician told her to take two tablets before breakfast.', 'what medicine instructions did the doctor give'],
  ['Heavy rain closed the airport and every flight was late.', 'bad weather delayed planes'],
  ['The bank raised the interest on home loans again.', 'mortgage rates went up'],
  ['Our team lost the final by a single goal.', 'the football match ended in defeat'],
  ['The thief broke the window and ran off with the jewels.', 'burglary of precious stones'],
  ['She taught the children to read with picture books.', 'education of young pupils'],
  ['The old bridge collapsed after the spring flood.', 'structure destroyed by high water'],
  ['He fixed the leaking tap with a new rubber ring.', 'plumbing repair'],
]

export async function benchFound(server: RealServer): Promise<Measurement[]> {
  const byWords: number[] = []
  const byMeaning: number[] = []
  for (let round = 0; round < 3; round += 1) {
    const files = thoughts.map(([sentence, question], index) => ({
      word: `zq${round}${index}${randomInt(1e9).toString(36)}x`,
      sentence,
      question,
      index,
    }))
    await Promise.all(
      files.map(async ({ word, sentence, question, index }) => {
        const bytes = tenPages(word, `${sentence} ${'In round'} ${round}.`)
        const started = performance.now()
        const answer = await server.api('POST', `/api/documents?same=keep&name=found-${round}-${index}.pdf`, bytes)
        const { document } = (await answer.json()) as { document: { id: string } }
        const finds = async (query: string) => {
          const { hits } = await server.get<{ hits: { document: { id: string } }[] }>(`/api/search?${query}&limit=100`)
          return hits.some((hit) => hit.document.id === document.id)
        }
        await until(() => finds(`q=${word}&mode=lexical`), 60_000, 'not found by its word')
        byWords.push(performance.now() - started)
        await until(() => finds(`q=${encodeURIComponent(question)}&mode=semantic`), 120_000, 'not found by meaning')
        byMeaning.push(performance.now() - started)
      }),
    )
    await until(
      async () => (await server.get<{ running: number }>('/api/activity')).running === 0,
      300_000,
      'still running',
      250,
    )
  }
  return [
    {
      name: 'found.words.p95',
      value: percentile(byWords, 0.95),
      unit: 'ms after upload, ten at once',
      n: byWords.length,
    },
    {
      name: 'found.meaning.p95',
      value: percentile(byMeaning, 0.95),
      unit: 'ms after upload, ten at once',
      n: byMeaning.length,
    },
  ]
}

function tenPages(word: string, thought: string): Uint8Array {
  const pages = Array.from({ length: 10 }, (_, page) =>
    Array.from({ length: 15 }, (_line, line) => ({
      x: 72,
      y: 760 - line * 20,
      text:
        page === 4 && line === 7
          ? thought
          : page === 6 && line === 3
            ? `${word} stands here`
            : Array.from({ length: 10 }, () => words[randomInt(words.length)]).join(' '),
    })),
  )
  return makePdf(pages)
}
