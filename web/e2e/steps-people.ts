/** People as an administrator keeps them, and what each person keeps themselves: the profile. */
import {
  call,
  expect,
  lookForBarriers,
  lookForOverflow,
  PASSWORD,
  picture,
  settle,
  statusOf,
  visit,
  type Step,
} from './journey-context.ts'

export const people: Step[] = [
  {
    name: 'an administrator adds a person, gets the link once, changes the role, disables and enables',
    async run(journey) {
      const { page } = journey.marta
      await visit(journey, page, '/people', 'people')
      await page.getByRole('button', { name: 'Add a person' }).click()
      const dialog = page.getByRole('dialog', { name: 'Add a person' })
      await dialog.getByLabel('Name').fill('Ada Nwosu')
      await dialog.getByLabel('E-mail').fill('tom@example.org')
      await dialog.getByRole('button', { name: 'Add, and make the link' }).click()
      await dialog.getByText('This address is taken.').waitFor()
      await dialog.getByLabel('E-mail').fill('ada@example.org')
      await dialog.getByLabel('Reader').check()
      await lookForBarriers(page, 'adding a person')
      await picture(journey, page, 'people-add')
      await dialog.getByRole('button', { name: 'Add, and make the link' }).click()
      const link = page.getByRole('dialog', { name: 'Link for Ada Nwosu' })
      expect((await link.getByLabel('Link to join').inputValue()).includes('/join/'), 'the link is shown')
      await lookForBarriers(page, 'the link')
      await picture(journey, page, 'people-link')
      await link.getByRole('button', { name: 'Close' }).last().click()
      const ada = page.getByRole('row').filter({ hasText: 'ada@example.org' })
      await ada.getByText('Invited', { exact: true }).waitFor()
      await ada.getByRole('button', { name: 'More actions for Ada Nwosu' }).click()
      await page.getByRole('menuitem', { name: 'Change the role' }).click()
      await page.getByRole('dialog').getByLabel('Member').check()
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
      await ada.getByText('Member', { exact: true }).waitFor()
      await ada.getByRole('button', { name: 'More actions for Ada Nwosu' }).click()
      await page.getByRole('menuitem', { name: 'Disable' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
      await ada.getByText('Disabled', { exact: true }).waitFor()
      await ada.getByRole('button', { name: 'More actions for Ada Nwosu' }).click()
      await page.getByRole('menuitem', { name: 'Enable again' }).click()
      await ada.getByText('Invited', { exact: true }).waitFor()
      await page.getByLabel('Find by name or e-mail').fill('tom')
      await ada.waitFor({ state: 'detached' })
      await page.getByLabel('Find by name or e-mail').fill('nobody of that name')
      await page.getByText('Nobody here has this name or address.').waitFor()
    },
  },
  {
    name: 'people without the right do not find the page of people',
    async run(journey) {
      const { page } = journey.tom
      await page.goto('/')
      await settle(page)
      expect((await page.locator('.rail a[href="/people"]').count()) === 0, 'Tom is not offered people')
      expect((await statusOf(page, '/people')) === 403, 'and the server refuses them')
    },
  },
  {
    name: 'a person changes name and theme, makes a key that is shown once, and ends another sign-in',
    async run(journey) {
      const { page } = journey.marta
      // A second sign-in of Marta's, from elsewhere.
      const elsewhere = await journey.browser.newContext({ baseURL: journey.server.address })
      const other = await elsewhere.newPage()
      await other.goto('/sign-in')
      await other.getByLabel(/E-mail|E-Mail/).fill('marta@example.org')
      await other.getByLabel(/^(Password|Passwort)$/).fill(PASSWORD.marta)
      await other.getByRole('button', { name: /^(Sign in|Anmelden)$/ }).click()
      await other.locator('[data-search-box]').waitFor()

      await visit(journey, page, '/profile', 'profile')
      await page.getByLabel('Your name').fill('Marta Schulze-Ito')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.locator('.who').getByText('Marta Schulze-Ito').waitFor()
      await page.getByLabel('Your name').fill('Marta Schulze')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByLabel('Theme', { exact: true }).selectOption('dark')
      expect(
        (await page.evaluate(() => document.documentElement.dataset.theme)) === 'dark',
        'the theme changes at once',
      )
      await page.getByLabel('Theme', { exact: true }).selectOption('system')

      await page
        .getByRole('button', { name: /^End the sign-in on/ })
        .first()
        .click()
      await page.getByText('Ended', { exact: true }).waitFor()
      expect((await statusOf(other, '/me')) === 401, 'the other sign-in is over')
      await elsewhere.close()

      await page.getByRole('button', { name: 'New key' }).click()
      const dialog = page.getByRole('dialog', { name: 'New key' })
      await dialog.getByLabel('Name').fill('Nightly upload')
      await dialog.getByLabel('Upload and change documents').check()
      await lookForBarriers(page, 'a new key')
      await picture(journey, page, 'profile-new-key')
      await dialog.getByRole('button', { name: 'Make the key' }).click()
      const made = page.getByRole('dialog', { name: 'Your new key' })
      const secret = await made.getByLabel('Key', { exact: true }).inputValue()
      await lookForOverflow(page, 'the key')
      await made.getByRole('button', { name: 'Close' }).last().click()
      expect(!(await page.content()).includes(secret), 'the key is nowhere on the page afterwards')
      const answer = await fetch(`${journey.server.address}/api/documents`, {
        headers: { authorization: `Bearer ${secret}` },
      })
      expect(answer.status === 200, 'a script works with it')
      await page.getByRole('button', { name: 'Revoke the key Nightly upload' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
      await page.getByText('No keys. Nothing but you acts in your name.').waitFor()
      const after = await fetch(`${journey.server.address}/api/documents`, {
        headers: { authorization: `Bearer ${secret}` },
      })
      expect(after.status === 401, 'a revoked key is refused')
    },
  },
  {
    name: 'a wrong present password is refused, a right one changes it',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/profile')
      const next = 'four grey herons standing'
      await page.getByLabel('Present password').fill('surely not this one')
      await page.getByLabel('New password').fill(next)
      await page.getByRole('button', { name: 'Change the password' }).click()
      await page.getByText('This is not your present password.').waitFor()
      await page.getByLabel('Present password').fill(PASSWORD.marta)
      await page.getByRole('button', { name: 'Change the password' }).click()
      await page.getByText('Password changed.').waitFor()
      await call(page, 'POST', '/me/password', { current: next, next: PASSWORD.marta })
    },
  },
  {
    name: 'library, document, activity and profile hold in German on a narrow screen',
    async run(journey) {
      const { page } = journey.tom
      await page.goto('/')
      await call(page, 'PATCH', '/me', { language: 'de' })
      const { items } = await call<{ items: { id: string; title: string }[] }>(page, 'GET', '/documents?limit=1')
      for (const [address, heading, name] of [
        ['/library', 'Bibliothek', 'library-de'],
        [`/documents/${items[0]?.id ?? ''}`, items[0]?.title ?? '', 'document-de'],
        ['/activity', 'Aufnahme', 'activity-de'],
        ['/profile', 'Mein Profil', 'profile-de'],
      ] as const) {
        await page.goto(address)
        await page.getByRole('heading', { level: 1, name: heading }).waitFor()
        await settle(page)
        await lookForBarriers(page, `${heading} in German`)
        await lookForOverflow(page, `${heading} in German`)
        await picture(journey, page, name)
      }
      await call(page, 'PATCH', '/me', { language: 'en' })
    },
  },
]
