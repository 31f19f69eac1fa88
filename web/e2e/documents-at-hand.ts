/** What the steps about documents share: two small files, ways to find a document, and places on the page. */
import type { Page } from 'playwright-core'
import { call, expect, type Journey } from './journey-context.ts'

export const asFile = (name: string, text: string) => ({ name, mimeType: 'text/markdown', buffer: Buffer.from(text) })
export const minutes = asFile(
  'Minutes of March.md',
  '# Minutes\n\nThe works council met on 12 March and agreed on remote work.\n',
)
export const rota = asFile('Night rota.md', '# Rota\n\nIn April the night watch is kept by Ines and Jonas.\n')

type Row = {
  id: string
  title: string
  versionNumber: number
  collection: { id: string; name: string } | null
  progress: { stage: string }
}

export async function find(page: Page, title: string, view = 'library'): Promise<Row | undefined> {
  const { items } = await call<{ items: Row[] }>(
    page,
    'GET',
    `/documents?view=${view}&title=${encodeURIComponent(title)}`,
  )
  return items.find((item) => item.title === title)
}
export async function needed(page: Page, title: string): Promise<Row> {
  const row = await find(page, title)
  expect(row, `there is a document "${title}"`)
  return row
}
export async function readable(journey: Journey, title: string): Promise<Row> {
  const until = Date.now() + 90_000
  for (;;) {
    const row = await find(journey.marta.page, title)
    if (row?.progress.stage === 'ready') return row
    expect(
      Date.now() < until,
      `"${title}" is readable after a minute and a half (now ${row?.progress.stage ?? 'missing'})`,
    )
    await journey.marta.page.waitForTimeout(250)
  }
}
export const tray = (page: Page) => page.getByRole('region', { name: 'Uploads' })
export const row = (page: Page, title: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name: title, exact: true }) })
