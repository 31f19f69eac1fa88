/** Documents in the hands of two people: uploading, sharing, moving, trash, and how reading goes on. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { minutes, needed, find, readable, rota, row, tray } from './documents-at-hand.ts'
import {
  call,
  expect,
  lookForBarriers,
  lookForOverflow,
  picture,
  settle,
  statusOf,
  visit,
  type Step,
} from './journey-context.ts'

export const documents: Step[] = [
  {
    name: 'the upload says who will see the files before anything is sent, then what became of each',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/library?upload=1')
      const dialog = page.getByRole('dialog', { name: 'Upload documents' })
      await dialog.getByText('Only you will see it until you share it.').waitFor()
      // A reload must not open the dialog again.
      await page.waitForURL((url) => !url.searchParams.has('upload'))
      await lookForBarriers(page, 'upload dialog')
      await picture(journey, page, 'library-upload')
      await dialog.locator('[data-upload="files"]').setInputFiles([minutes, rota])
      await tray(page).getByText('2 files uploaded').waitFor()
      await row(page, 'Night rota').waitFor()
      await readable(journey, 'Night rota')
      await lookForBarriers(page, 'library with uploads')
      await lookForOverflow(page, 'library with uploads')
      await picture(journey, page, 'library-uploads')
    },
  },
  {
    name: 'the same file again is noticed and points to its twin, and can be kept all the same',
    async run(journey) {
      const { page } = journey.marta
      await tray(page).getByRole('button', { name: 'Close' }).click()
      await page.getByRole('button', { name: 'Upload', exact: true }).click()
      await page.locator('[data-upload="files"]').setInputFiles([{ ...minutes, name: 'Copy of the minutes.md' }])
      await tray(page).getByText('These very bytes are here already:').waitFor()
      await tray(page).getByRole('link', { name: 'Minutes of March' }).waitFor()
      expect(!(await find(page, 'Copy of the minutes')), 'nothing is stored at first')
      await tray(page).getByRole('button', { name: 'Keep anyway' }).click()
      await tray(page).getByText('Uploaded', { exact: true }).waitFor()
      await needed(page, 'Copy of the minutes')
      await tray(page).getByRole('button', { name: 'Close' }).click()
    },
  },
  {
    name: 'a folder becomes a collection with its folders, and a dropped file goes where one is',
    async run(journey) {
      const { page } = journey.marta
      const folder = await mkdtemp(join(tmpdir(), 'journey-'))
      try {
        await mkdir(join(folder, 'Reports', '2026'), { recursive: true })
        await writeFile(join(folder, 'Reports', 'Overview.md'), '# Overview\n\nAll cranes were inspected.\n')
        await writeFile(join(folder, 'Reports', '2026', 'Cranes.md'), '# Cranes\n\nCrane four lifts ninety tonnes.\n')
        await writeFile(join(folder, 'Reports', '.DS_Store'), 'leavings')
        await page.getByRole('button', { name: 'Upload', exact: true }).click()
        await page.locator('[data-upload="folder"]').setInputFiles(join(folder, 'Reports'))
        await tray(page).getByText('2 files uploaded').waitFor()
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      await tray(page).getByRole('button', { name: 'Close' }).click()
      const places = page.getByRole('navigation', { name: 'Places in the library' })
      await places.getByRole('link', { name: /^Reports/ }).click()
      await row(page, 'Overview').waitFor()
      await page.getByRole('link', { name: /^2026/ }).first().click()
      await row(page, 'Cranes').waitFor()
      await page.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'Reports' }).click()
      await row(page, 'Overview').waitFor()
      const data = await page.evaluateHandle(() => {
        const transfer = new DataTransfer()
        transfer.items.add(
          new File(['# Harbour log\n\nThe ice left on 3 March.\n'], 'Harbour log.md', { type: 'text/markdown' }),
        )
        return transfer
      })
      await page.dispatchEvent('main', 'dragover', { dataTransfer: data })
      await page.getByText('Drop to add to “Reports”').waitFor()
      await page.dispatchEvent('main', 'drop', { dataTransfer: data })
      await row(page, 'Harbour log').waitFor()
      expect((await needed(page, 'Harbour log')).collection?.name === 'Reports', 'it lies where it was dropped')
      await tray(page).getByRole('button', { name: 'Close' }).click()
    },
  },
  {
    name: 'Tom finds a document only after Marta shares it, reads why he can, and cannot share it on',
    async run(journey) {
      const { page } = journey.marta
      const tom = journey.tom.page
      const { id } = await needed(page, 'Minutes of March')
      await tom.goto('/')
      expect((await statusOf(tom, `/documents/${id}`)) === 404, 'before, it does not exist for Tom')
      await page.goto(`/documents/${id}?tab=access`)
      await page.getByText('You can see this because it is yours.').waitFor()
      await page.getByRole('button', { name: 'Change who can see it' }).click()
      await page.getByText('Only you can find and read it.').waitFor()
      await page.getByLabel('Add people').fill('tom')
      await page.getByRole('option', { name: 'Tom Okonkwo' }).click()
      await page.getByText('You and Tom Okonkwo can find and read it. Nobody else.').waitFor()
      expect((await page.getByLabel('Add people').inputValue()) === '', 'the field is free for the next person')
      await lookForBarriers(page, 'sharing')
      await lookForOverflow(page, 'sharing')
      await picture(journey, page, 'document-sharing')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Access changed').waitFor()
      await visit(journey, tom, `/documents/${id}?tab=access`, 'a shared document')
      await tom.getByText('Marta Schulze').first().waitFor()
      expect(
        (await tom.getByRole('button', { name: /Change who can see it|Zugriff ändern/ }).count()) === 0,
        'Tom cannot change it',
      )
    },
  },
  {
    name: 'rows are chosen by keyboard, go to the trash with an undo, and are restored or deleted for good by name',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/library?sort=title&order=asc')
      await settle(page)
      const first = page.locator('[data-row="0"]')
      await first.focus()
      await page.keyboard.press('Shift+ArrowDown')
      await page.keyboard.press('Shift+ArrowDown')
      await page.getByText('3 documents chosen').waitFor()
      await lookForBarriers(page, 'library with a choice')
      await lookForOverflow(page, 'library with a choice')
      await picture(journey, page, 'library-chosen')
      await page.keyboard.press('Escape')
      await page.getByText('3 documents chosen').waitFor({ state: 'detached' })
      await page.getByLabel('Choose Copy of the minutes').check()
      await page
        .getByRole('region', { name: 'What is chosen' })
        .getByRole('button', { name: 'Move to the trash' })
        .click()
      await page.getByText('“Copy of the minutes” moved to the trash').waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
      await row(page, 'Copy of the minutes').waitFor()
      await page.getByLabel('Choose Copy of the minutes').check()
      await page
        .getByRole('region', { name: 'What is chosen' })
        .getByRole('button', { name: 'Move to the trash' })
        .click()
      await row(page, 'Copy of the minutes').waitFor({ state: 'detached' })
      await page.goto('/library?view=trash')
      await row(page, 'Copy of the minutes').waitFor()
      await lookForBarriers(page, 'trash')
      await lookForOverflow(page, 'trash')
      await picture(journey, page, 'library-trash')
      await page.getByLabel('Choose Copy of the minutes').check()
      await page.getByRole('button', { name: 'Restore' }).click()
      await page.getByText('The trash is empty').waitFor()
      const { id } = await needed(page, 'Copy of the minutes')
      await call(page, 'POST', '/documents/bulk', { action: 'trash', ids: [id] })
      await page.reload()
      await page.getByLabel('Choose Copy of the minutes').check()
      await page.getByRole('button', { name: 'Delete for good' }).click()
      const question = page.getByRole('dialog')
      await question.getByText('Delete “Copy of the minutes” for good?').waitFor()
      await question.getByRole('button', { name: 'Delete for good' }).click()
      await page.getByText('The trash is empty').waitFor()
      expect((await statusOf(page, `/documents/${id}`)) === 404, 'it is gone')
    },
  },
  {
    name: 'a document moves to a collection after it is said who will see it there',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/library?collection=none')
      await row(page, 'Night rota')
        .getByRole('button', { name: /More actions/ })
        .click()
      await page.getByRole('menuitem', { name: 'Move to…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Move “Night rota”' })
      await dialog.getByLabel('Handbook').check()
      await dialog.getByText('Who can see it in “Handbook”: Everyone here').waitFor()
      await lookForBarriers(page, 'moving')
      await picture(journey, page, 'library-move')
      await dialog.getByRole('button', { name: 'Move here' }).click()
      await page.getByText('“Night rota” moved to “Handbook”').waitFor()
      expect((await needed(page, 'Night rota')).collection?.name === 'Handbook', 'it lies in the handbook')
    },
  },
  {
    name: 'a collection is made, renamed, shared and removed; what lay in it goes to the trash',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/library')
      await page.getByRole('button', { name: 'New collection' }).click()
      await page.getByRole('dialog').getByLabel('Name').fill('Drafts')
      await lookForBarriers(page, 'new collection')
      await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
      await page.getByText('Nothing in “Drafts” yet').waitFor()
      await lookForOverflow(page, 'an empty collection')
      await picture(journey, page, 'library-empty')
      await page.getByRole('button', { name: 'More actions for Drafts' }).click()
      await page.getByRole('menuitem', { name: 'Access' }).click()
      await page.getByText('You can see this because it is yours.').waitFor()
      await lookForBarriers(page, 'access of a collection')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'More actions for Drafts' }).click()
      await page.getByRole('menuitem', { name: 'Rename' }).click()
      await page.getByRole('dialog').getByLabel('Name').fill('Old drafts')
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
      await page.getByRole('heading', { level: 1, name: 'Old drafts' }).waitFor()
      await page.getByRole('button', { name: 'More actions for Old drafts' }).click()
      await page.getByRole('menuitem', { name: 'Remove' }).click()
      await page.getByRole('dialog').getByText('Remove the collection “Old drafts”?').waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
      await page.getByText('“Old drafts” removed').waitFor()
    },
  },
  {
    name: 'activity says live how far reading is, why a file failed, and tries it again',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/activity')
      await page.getByText('Live', { exact: true }).waitFor()
      await page.evaluate(async () => {
        await fetch('/api/documents?name=broken.pdf', { method: 'POST', body: '%PDF-1.7 this is no PDF at all' })
      })
      const failed = page.getByRole('region', { name: /Could not be read/ })
      await failed.getByRole('link', { name: 'broken' }).waitFor({ timeout: 60_000 })
      await lookForBarriers(page, 'activity')
      await lookForOverflow(page, 'activity')
      await picture(journey, page, 'activity')
      await failed.getByRole('button', { name: 'Try again: broken' }).click()
      await failed.getByRole('link', { name: 'broken' }).waitFor({ timeout: 60_000 })
      const { id } = await needed(page, 'broken')
      await call(page, 'POST', '/documents/bulk', { action: 'trash', ids: [id] })
      await call(page, 'POST', '/documents/bulk', { action: 'delete', ids: [id] })
    },
  },
]
