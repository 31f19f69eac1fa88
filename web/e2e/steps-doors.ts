/** Set-up, the second person's invitation, signing out and in. */
import {
  call,
  expect,
  lookForBarriers,
  lookForOverflow,
  PASSWORD,
  picture,
  settle,
  type Step,
} from './journey-context.ts'

export const doors: Step[] = [
  {
    name: 'a fresh installation leads to set-up, and a wrong code is refused with a way on',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/')
      await page.waitForURL('**/setup')
      await page.getByLabel('Set-up code').fill('NOPE-NOPE')
      await page.getByLabel('Organisation').fill('Harbour Works')
      await page.getByLabel('Your name').fill('Marta Schulze')
      await page.getByLabel('E-mail').fill('marta@example.org')
      await page.getByLabel('Password', { exact: true }).fill('short')
      await page.getByText('Too short').waitFor()
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD.marta)
      await page.getByText('Good', { exact: true }).waitFor()
      await lookForBarriers(page, 'set-up')
      await lookForOverflow(page, 'set-up')
      await picture(journey, page, 'set-up')
      await page.getByRole('button', { name: 'Set up and sign in' }).click()
      await page.getByRole('alert').or(page.locator('.error')).first().waitFor()
      expect(page.url().endsWith('/setup'), 'a wrong code must not lead anywhere')
    },
  },
  {
    name: 'Marta sets it up in one form and lands on the home page with her first steps',
    async run(journey) {
      const { page } = journey.marta
      await page.getByLabel('Set-up code').fill(journey.server.setUpCode)
      await page.getByRole('button', { name: 'Set up and sign in' }).click()
      await page.getByRole('heading', { name: 'First steps' }).waitFor()
      expect(
        await page.evaluate(() => document.activeElement?.hasAttribute('data-search-box')),
        'the box has the focus on arrival',
      )
      await settle(page)
      await lookForBarriers(page, 'home on the first day')
      await lookForOverflow(page, 'home on the first day')
      await picture(journey, page, 'home-first-day')
    },
  },
  {
    name: 'Marta invites Tom with a link, and Tom joins on it',
    async run(journey) {
      const { join } = await call<{ join: { url: string } }>(journey.marta.page, 'POST', '/people', {
        name: 'Tom Okonkwo',
        email: 'tom@example.org',
        role: 'member',
      })
      const { page } = journey.tom
      await page.goto(new URL(join.url, journey.server.address).pathname)
      await page.getByRole('heading', { name: 'Welcome, Tom Okonkwo' }).waitFor()
      await lookForBarriers(page, 'joining')
      await lookForOverflow(page, 'joining')
      await picture(journey, page, 'join')
      await page.getByLabel('Your password').fill(PASSWORD.tom)
      await page.getByRole('button', { name: 'Join' }).click()
      await page.getByRole('navigation', { name: 'Main' }).waitFor()
      await page.goto(new URL(join.url, journey.server.address).pathname)
      await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
    },
  },
  {
    name: 'Tom signs out, is refused with a wrong password, and comes back to the page he wanted',
    async run(journey) {
      const { page } = journey.tom
      await page.goto('/')
      await page.getByRole('button', { name: /Account.*Tom Okonkwo/ }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
      await lookForBarriers(page, 'sign-in')
      await lookForOverflow(page, 'sign-in')
      await picture(journey, page, 'sign-in')
      await page.goto('/status')
      await page.waitForURL('**/sign-in?then=%2Fstatus')
      await page.getByLabel('E-mail').fill('tom@example.org')
      await page.getByLabel('Password', { exact: true }).fill('not the right one')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('E-mail or password is not right.').waitFor()
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD.tom)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.waitForURL('**/status')
    },
  },
]
