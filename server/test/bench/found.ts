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

/** Asked for in their own words, by vectors alone: what is measured is time, not how far a model sees. */
const thoughts = [
  'The cook burned the soup because nobody watched the stove.',
  'A cat slept on the warm roof of the car all afternoon.',
  'The physician told her to take two tablets before breakfast.',
  'Heavy rain closed the airport and every flight was late.',
  'The bank raised the interest on home loans again.',
  'Our team lost the final by a single goal.',
  'The thief broke the window and ran off with the jewels.',
  'She taught the children to read with picture books.',
  'The old bridge collapsed after the spring flood.',
  'He fixed the leaking tap with a new rubber ring.',
]

type Activity = { items: { documentId: string; progress: { foundByWords: boolean; foundByMeaning: boolean } }[] }

/**
 * One look at the list of files tells when a document should be found; then it must be, by a search. Ten clients that
 * searched all the time would measure themselves.
 */
export async function benchFound(server: RealServer): Promise<Measurement[]> {
  const byWords: number[] = []
  const byMeaning: number[] = []
  for (let round = 0; round < 3; round += 1) {
    let activity: Activity = { items: [] }
    let watching = true
    const watch = (async () => {
      while (watching) {
        activity = await server.get<Activity>('/api/activity')
        await new Promise((wake) => setTimeout(wake, 50))
      }
    })()
    await Promise.all(
      thoughts.map(async (sentence, index) => {
        const word = `zq${round}${index}${randomInt(1e9).toString(36)}x`
        const bytes = tenPages(word, `${sentence} In round ${round}.`)
        const answer = await server.api('POST', `/api/documents?same=keep&name=found-${round}-${index}.pdf`, bytes)
        const uploaded = performance.now()
        const { document } = (await answer.json()) as { document: { id: string } }
        const says = (key: 'foundByWords' | 'foundByMeaning') => () =>
          activity.items.some((item) => item.documentId === document.id && item.progress[key])
        const finds = async (query: string) => {
          const { hits } = await server.get<{ hits: { document: { id: string } }[] }>(`/api/search?${query}&limit=100`)
          return hits.some((hit) => hit.document.id === document.id)
        }
        await until(says('foundByWords'), 60_000, 'words were not read', 10)
        await until(() => finds(`q=${word}&mode=lexical`), 60_000, 'not found by its word')
        byWords.push(performance.now() - uploaded)
        await until(says('foundByMeaning'), 120_000, 'not embedded', 10)
        await until(
          () => finds(`q=${encodeURIComponent(sentence)}&mode=semantic`),
          60_000,
          `not found by meaning: ${sentence}`,
        )
        byMeaning.push(performance.now() - uploaded)
      }),
    )
    watching = false
    await watch
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

/** The thought has a page to itself, as a passage about one thing has. */
function tenPages(word: string, thought: string): Uint8Array {
  const line = () => Array.from({ length: 10 }, () => words[randomInt(words.length)]).join(' ')
  const pages = Array.from({ length: 10 }, (_, page) =>
    Array.from({ length: page === 4 ? 1 : 15 }, (_line, at) => ({
      x: 72,
      y: 760 - at * 20,
      text: page === 4 ? thought : page === 6 && at === 3 ? `${word} stands here` : line(),
    })),
  )
  return makePdf(pages)
}
