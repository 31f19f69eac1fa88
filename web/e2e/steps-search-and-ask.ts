/** From documents to results and cited answers, and what the other person must never see. */
import {
  call,
  expect,
  lookForBarriers,
  lookForOverflow,
  picture,
  settle,
  statusOf,
  visit,
  type Journey,
  type Step,
} from './journey-context.ts'
import { privateFile, SECRET, sharedFiles, type MadeFile } from './made-files.ts'

async function upload(journey: Journey, file: MadeFile, collection: string | null): Promise<void> {
  const { page } = journey.marta
  const query = new URLSearchParams({ name: file.name, ...(collection ? { collection } : {}) })
  const id = await page.evaluate(
    async ([address, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
      const response = await fetch(address, { method: 'POST', body: bytes })
      if (!response.ok) throw new Error(await response.text())
      return ((await response.json()) as { document: { id: string } }).document.id
    },
    [`/api/documents?${query}`, file.bytes.toString('base64')] as const,
  )
  journey.documents.set(file.name, id)
}

/** Waits until nothing is under way any more; a failed document is an error with its reason. */
async function untilSearchable(journey: Journey): Promise<void> {
  const until = Date.now() + 120_000
  for (;;) {
    const { items } = await call<{
      items: { title: string; progress: { stage: string; problem: { message: string } | null } }[]
    }>(journey.marta.page, 'GET', '/activity')
    const bad = items.find((item) => item.progress.stage === 'failed')
    if (bad) throw new Error(`${bad.title}: ${bad.progress.problem?.message ?? 'failed'}`)
    if (items.every((item) => item.progress.stage === 'ready')) return
    expect(
      Date.now() < until,
      `still under way after two minutes: ${items.map((item) => `${item.title} ${item.progress.stage}`).join(', ')}`,
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

const inMarks = (journey: Journey) => journey.marta.page.locator('.hits mark').allInnerTexts()

export const searchAndAsk: Step[] = [
  {
    name: 'Marta uploads seven documents of six kinds, and every one becomes searchable',
    async run(journey) {
      const { id } = await call<{ id: string }>(journey.marta.page, 'POST', '/collections', {
        name: 'Handbook',
        audience: 'organisation',
      })
      journey.sharedCollection = id
      for (const file of sharedFiles) await upload(journey, file, id)
      await upload(journey, privateFile, null)
      await untilSearchable(journey)
    },
  },
  {
    name: 'the home page says what can be searched and what is recent',
    async run(journey) {
      await visit(journey, journey.marta.page, '/', 'home')
      await journey.marta.page.getByText('You can search 7 documents in 1 collection').waitFor()
      await journey.marta.page.getByRole('link', { name: /Reorganisation draft/ }).waitFor()
    },
  },
  {
    name: 'an English search by keyboard alone finds the page, marks the words, previews and opens it',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/')
      await page.waitForFunction(() => document.activeElement?.hasAttribute('data-search-box'))
      await page.keyboard.type('first class train')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/search?q=*')
      await page.locator('[data-hit="0"]').waitFor()
      expect(
        (await page.locator('[data-hit="0"]').innerText()).includes('Travel policy'),
        'the travel policy comes first',
      )
      expect(
        (await inMarks(journey)).some((text) => /first|class|train/i.test(text)),
        'the words are marked',
      )
      expect(
        await page
          .locator('.hits')
          .getByText(/^Page \d/)
          .first()
          .isVisible(),
        'the hit names its page',
      )
      await page.keyboard.press('Escape')
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await page.keyboard.press('ArrowDown')
      expect(
        await page.evaluate(() => document.activeElement?.getAttribute('data-hit') === '0'),
        '↓ goes to the first result',
      )
      await page.keyboard.press('ArrowRight')
      await page.locator('aside .preview').waitFor()
      await page.keyboard.press('ArrowLeft')
      await page.locator('aside .preview').waitFor({ state: 'detached' })
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/documents\//)
    },
  },
  {
    name: 'the results page holds in both themes, at 360 px, with filters, an empty result and a failing one',
    async run(journey) {
      const { page } = journey.marta
      await visit(journey, page, '/search?q=travel+safety+delivery+budget', 'results')
      await page.getByRole('checkbox', { name: /PDF/ }).check()
      await page.waitForURL(/format=pdf/)
      await page.getByRole('button', { name: 'Clear filters' }).click()
      await page.waitForFunction(() => !location.search.includes('format'))
      await visit(journey, page, '/search?q=qqqqzzzz+wwwwxxxx&mode=lexical', 'results with nothing')
      await page.getByText('Nothing found for').waitFor()
      await visit(journey, page, '/search', 'search without words')
      await page.route('**/api/search?*', (route) =>
        route.fulfill({
          status: 500,
          contentType: 'application/json',
          body: JSON.stringify({
            error: { code: 'internal', message: 'Something went wrong.', requestId: 'req-1234' },
          }),
        }),
      )
      await visit(journey, page, '/search?q=travel', 'results that fail')
      await page.getByText('req-1234').waitFor()
      await page.unroute('**/api/search?*')
    },
  },
  {
    name: 'a German search finds the contract by its words',
    async run(journey) {
      const { page } = journey.marta
      await page.goto(`/search?q=${encodeURIComponent('Vertragsstrafe verspätete Lieferung')}`)
      await page.locator('[data-hit="0"]').waitFor()
      expect((await page.locator('[data-hit="0"]').innerText()).includes('Liefervertrag'), 'the contract comes first')
      expect(
        (await inMarks(journey)).some((text) => /vertragsstrafe/i.test(text)),
        'the words are marked',
      )
    },
  },
  {
    name: 'a question is answered sentence by sentence, and its citation opens the page with the passage marked',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/')
      await page.locator('[data-search-box]').fill('When may employees travel first class?')
      await page.keyboard.press('Enter')
      await page.locator('article.answer [data-cite]').first().waitFor({ timeout: 60_000 })
      await page.locator('article.answer[aria-busy="false"]').waitFor({ timeout: 60_000 })
      await page.waitForURL(/\/answers\/[0-9a-f-]{36}$/)
      journey.conversation = page.url().split('/').at(-1) ?? ''
      const said = await page.locator('article.answer .text').innerText()
      expect(/three hours/.test(said), `the answer says when: ${said}`)
      await page.getByText('Sentences taken from your documents').waitFor()
      await page.locator('aside .preview').waitFor()
      await page.locator('aside [data-mark], aside mark').first().waitFor()
      await settle(page)
      await lookForBarriers(page, 'answer')
      await lookForOverflow(page, 'answer')
      await picture(journey, page, 'answer')
      await page.locator('article.answer [data-cite]').first().click()
      await page.waitForURL(/\/documents\/.*passage=/)
      await page.locator('[data-mark], mark').first().waitFor()
      expect(await page.locator('[data-mark], mark').first().isVisible(), 'the passage is marked in the document')
      await page.getByText('Marked passage').waitFor()
      await settle(page)
      await picture(journey, page, 'document-at-passage')
    },
  },
  {
    name: 'what the documents do not hold is refused, without sources and with ways on',
    async run(journey) {
      const { page } = journey.marta
      await page.goto(`/answers/${journey.conversation}`)
      await page.getByLabel('Ask a follow-up question…').fill('Which planet has the most moons in the solar system?')
      await page.keyboard.press('Enter')
      const refused = page.locator('article.answer').nth(1)
      await refused.locator('.refusal').waitFor({ timeout: 60_000 })
      expect((await refused.locator('[data-cite]').count()) === 0, 'a refusal has no sources')
      await refused.getByText('What you can do').waitFor()
      await settle(page)
      await lookForBarriers(page, 'refusal')
      await picture(journey, page, 'refusal')
    },
  },
  {
    name: 'feedback with a reason, renaming and the list of conversations',
    async run(journey) {
      const { page } = journey.marta
      await page.locator('article.answer').first().getByRole('button', { name: 'This did not help' }).click()
      await page.getByLabel('What was wrong?').fill('The exceptions are missing.')
      await page.getByRole('button', { name: 'Send' }).click()
      await page.getByText('The exceptions are missing.').waitFor()
      await page.getByRole('button', { name: /Actions for/ }).click()
      await page.getByRole('menuitem', { name: 'Rename' }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill('First class by train')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('heading', { name: 'First class by train' }).waitFor()
      await visit(journey, page, '/answers', 'conversations')
      await page.getByRole('link', { name: /First class by train/ }).waitFor()
    },
  },
  {
    name: "Tom sees the shared documents and never a trace of Marta's private one",
    async run(journey) {
      const { page } = journey.tom
      const id = journey.documents.get(privateFile.name) ?? ''
      await page.goto('/search?q=first+class+train')
      await page.locator('[data-hit="0"]').waitFor()
      for (const address of [
        '/',
        `/search?q=${SECRET}`,
        `/search?q=${SECRET}&mode=semantic`,
        '/search?q=reorganisation+draft',
        '/answers',
        '/library',
        '/activity',
      ]) {
        await page.goto(address)
        await settle(page)
        const text = (await page.locator('main').innerText()).replaceAll(
          SECRET === new URL(page.url()).searchParams.get('q') ? `“${SECRET}”` : '\0',
          '',
        )
        expect(
          !text.includes('Reorganisation') && !text.includes('northern quay') && !text.includes(SECRET),
          `${address} shows Tom something private: ${text.slice(0, 400)}`,
        )
      }
      await page.goto(`/answers/new?q=${encodeURIComponent(`What is project ${SECRET}?`)}`)
      await page.locator('article.answer[aria-busy="false"]').waitFor({ timeout: 60_000 })
      const answer = await page.locator('article.answer .text, article.answer .refusal').first().innerText()
      expect(!answer.includes('northern quay') && !answer.includes('Reorganisation'), `an answer told Tom: ${answer}`)
      await page.keyboard.press('Control+k')
      await page.keyboard.type('reorg', { delay: 20 })
      await page.waitForTimeout(600)
      expect(
        !(await page.getByRole('dialog').innerText()).includes('Reorganisation'),
        'the palette suggests nothing private',
      )
      await page.keyboard.press('Escape')
      expect((await statusOf(page, `/documents/${id}`)) === 404, 'the document itself is not there for Tom')
      expect((await statusOf(page, `/conversations/${journey.conversation}`)) === 404, "nor is Marta's conversation")
      await page.goto(`/answers/${journey.conversation}`)
      await page.getByText('This does not exist, or you may not see it.').or(page.getByRole('alert')).first().waitFor()
    },
  },
]
