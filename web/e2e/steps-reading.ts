/** Documents as they are read: drawn pages with marks, structured text, versions, and lengths that no page could hold at once. */
import { asFile, needed, readable, row, tray } from './documents-at-hand.ts'
import { call, expect, lookForBarriers, lookForOverflow, picture, visit, type Step } from './journey-context.ts'
import { makePdf } from './made-files.ts'

export const reading: Step[] = [
  {
    name: 'a passage of a PDF is marked on its drawn page, can be selected, and is marked in the text as well',
    async run(journey) {
      const { page } = journey.marta
      const { hits } = await call<{
        hits: { passageId: string; page: number; version: number; document: { id: string; title: string } }[]
      }>(page, 'GET', '/search?q=first+class+train')
      const hit = hits.find((one) => one.document.title === 'Travel policy 2026')
      expect(hit, 'the travel policy is found')
      await page.goto(`/documents/${hit.document.id}?version=${hit.version}&passage=${hit.passageId}`)
      const box = page.locator('.pdf-page .box').first()
      await box.waitFor()
      await page.waitForFunction(() => document.querySelector('.pdf-page canvas'))
      // The first scroll goes to where the page should be, the second to where it is.
      await page.waitForTimeout(900)
      const place = await box.boundingBox()
      expect(place && place.y > 60 && place.y + place.height < 900 && place.width > 40, 'the mark is in view')
      expect(
        (await page.getByLabel('Page', { exact: true }).inputValue()) === String(hit.page),
        'the page number says where one is',
      )
      await page.locator('.textLayer').filter({ hasText: 'first class' }).first().waitFor()
      await lookForBarriers(page, 'PDF with a mark')
      await lookForOverflow(page, 'PDF with a mark')
      await picture(journey, page, 'document-pdf')
      await page.getByRole('button', { name: 'Text', exact: true }).click()
      await page.locator('.text-pages mark').filter({ hasText: 'first class' }).first().waitFor()
      await lookForBarriers(page, 'PDF as text')
      await picture(journey, page, 'document-text')
    },
  },
  {
    name: 'every kind of document is shown: Word, Excel as a table, web page without its script, mail',
    async run(journey) {
      const { page } = journey.marta
      const shown: [title: string, words: string][] = [
        ['Liefervertrag Weber', 'Vertragsstrafe'],
        ['Budget 2026', 'Pilot boats'],
        ['Canteen', 'warm meals'],
        ['Turbine delivery', 'Graz'],
        ['Safety rules', 'Goggles'],
      ]
      for (const [title, words] of shown) {
        const { id } = await needed(page, title)
        await page.goto(`/documents/${id}`)
        await page.locator('.page-text').getByText(words).first().waitFor()
      }
      await page.goto(`/documents/${(await needed(page, 'Budget 2026')).id}`)
      await page.locator('.page-text table').getByText('Pilot boats').waitFor()
      await lookForBarriers(page, 'a sheet')
      await picture(journey, page, 'document-sheet')
      expect(!(await page.title()).includes('stolen'), 'nothing in a document runs')
    },
  },
  {
    name: 'title, tags and a new version are changed on the page, and the old version stays readable and says that it is old',
    async run(journey) {
      const { page } = journey.marta
      const { id } = await needed(page, 'Night rota')
      await visit(journey, page, `/documents/${id}`, 'document')
      await page.getByRole('button', { name: 'More actions for Night rota' }).click()
      await page.getByRole('menuitem', { name: 'Rename' }).click()
      await page.getByRole('dialog').getByLabel('Title').fill('Night rota, spring')
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
      await page.getByRole('heading', { level: 1, name: 'Night rota, spring' }).waitFor()
      await page.getByLabel('Add a tag').fill('watch')
      await page.keyboard.press('Enter')
      await page.getByRole('link', { name: 'watch', exact: true }).waitFor()
      await page.getByRole('tab', { name: 'Versions' }).click()
      await page
        .locator('input[type="file"]')
        .last()
        .setInputFiles(asFile('Night rota.md', '# Rota\n\nIn May the night watch is kept by Ada.\n'))
      await tray(page).getByText('Stored as a new version').waitFor()
      await page.getByRole('tab', { name: 'Versions (2)' }).waitFor()
      await page.locator('.page-text').getByText('kept by Ada').waitFor({ timeout: 60_000 })
      await lookForBarriers(page, 'versions')
      await picture(journey, page, 'document-versions')
      await page.getByRole('link', { name: 'Version 1', exact: true }).click()
      await page.getByText('You are reading version 1. The current one is version 2.').waitFor()
      await page.locator('.page-text').getByText('Ines and Jonas').waitFor()
      await page.getByRole('link', { name: 'Open the current version' }).click()
      await page.locator('.page-text').getByText('kept by Ada').waitFor()
      await tray(page).getByRole('button', { name: 'Close' }).click()
    },
  },
  {
    name: 'a long PDF is drawn only where one looks',
    async run(journey) {
      const { page } = journey.marta
      const bytes = makePdf(
        Array.from({ length: 120 }, (_, index) => [
          `Sheet ${index + 1}`,
          'Depth of the harbour basin, measured weekly.',
        ]),
      )
      await page.goto('/library')
      await page.getByRole('button', { name: 'Upload', exact: true }).click()
      await page
        .locator('[data-upload="files"]')
        .setInputFiles([{ name: 'Soundings.pdf', mimeType: 'application/pdf', buffer: bytes }])
      await row(page, 'Soundings').waitFor()
      await tray(page).getByRole('button', { name: 'Close' }).click()
      await page.goto(`/documents/${(await readable(journey, 'Soundings')).id}`)
      await page.waitForFunction(() => document.querySelector('.pdf-page canvas'))
      await page.getByLabel('Page', { exact: true }).fill('100')
      await page.keyboard.press('Enter')
      await page.locator('.pdf-page[data-page="100"] .textLayer').getByText('Sheet 100').waitFor()
      const drawn = await page.locator('.pdf-page canvas').count()
      expect(drawn > 0 && drawn < 15, `${drawn} of 120 pages are drawn`)
    },
  },
  {
    name: 'a sheet of 6,000 rows opens at its top and grows as one comes to its end',
    async run(journey) {
      const { page } = journey.marta
      const text = [
        'Berth,Ship,Tonnes',
        ...Array.from({ length: 5999 }, (_, index) => `${index % 40},Ship ${index + 1},${index * 3}`),
      ].join('\n')
      await page.goto('/library')
      await page.getByRole('button', { name: 'Upload', exact: true }).click()
      await page
        .locator('[data-upload="files"]')
        .setInputFiles([{ name: 'Arrivals.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }])
      await row(page, 'Arrivals').waitFor()
      await tray(page).getByRole('button', { name: 'Close' }).click()
      const { id } = await needed(page, 'Arrivals')
      await page.goto(`/documents/${id}`)
      const table = page.locator('.page-text table')
      await table.getByText('Ship 1', { exact: true }).waitFor({ timeout: 60_000 })
      expect((await table.locator('tr').count()) < 400, 'only the beginning is drawn')
      await table.getByRole('button', { name: /more rows/ }).scrollIntoViewIfNeeded()
      await table.getByText('Ship 200', { exact: true }).waitFor()
      await call(page, 'POST', '/documents/bulk', { action: 'trash', ids: [id] })
      await call(page, 'POST', '/documents/bulk', { action: 'delete', ids: [id] })
    },
  },
]
