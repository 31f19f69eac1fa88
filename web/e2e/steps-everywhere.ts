/** What holds for the product as a whole: palette, shortcuts, status, missing pages, the other language, no complaints. */
import { expect, lookForBarriers, lookForOverflow, picture, settle, visit, type Step } from './journey-context.ts'

export const everywhere: Step[] = [
  {
    name: 'the palette finds, asks and goes, by keyboard alone',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/status')
      await settle(page)
      await page.keyboard.press('Control+k')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.type('travel', { delay: 15 })
      await page.getByRole('dialog').getByText('Travel policy 2026').waitFor()
      await lookForBarriers(page, 'palette')
      await picture(journey, page, 'palette')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/search?q=travel')
    },
  },
  {
    name: 'shortcuts are listed, go where they say, and single letters can be turned off',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/status')
      await settle(page)
      await page.keyboard.press('?')
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
      await lookForBarriers(page, 'shortcuts')
      await lookForOverflow(page, 'shortcuts')
      await page.getByRole('checkbox').uncheck()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.keyboard.press('g')
      await page.keyboard.press('h')
      await page.waitForTimeout(300)
      expect(page.url().endsWith('/status'), 'letters do nothing once they are off')
      await page.evaluate(() => localStorage.removeItem('innosynth.keys'))
      await page.reload()
      await settle(page)
      await page.keyboard.press('g')
      await page.keyboard.press('h')
      await page.waitForURL(`${journey.server.address}/`)
    },
  },
  {
    name: 'the first stop of the keyboard is the way past the rail, and focus is always visible',
    async run(journey) {
      const { page } = journey.marta
      await page.goto('/status')
      await settle(page)
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await page.keyboard.press('Tab')
      expect(
        (await page.evaluate(() => document.activeElement?.textContent)) === 'Skip to content',
        'Tab starts at "Skip to content"',
      )
      for (let stop = 0; stop < 12; stop += 1) {
        await page.keyboard.press('Tab')
        const seen = await page.evaluate(() => {
          const element = document.activeElement
          if (!element || element === document.body) return 'nothing'
          const style = getComputedStyle(element)
          return style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1
            ? ''
            : element.outerHTML.slice(0, 120)
        })
        expect(seen === '' || seen === 'nothing', `focus cannot be seen on ${seen}`)
      }
    },
  },
  {
    name: 'status says in plain sentences what works',
    async run(journey) {
      await visit(journey, journey.marta.page, '/status', 'status')
      await journey.marta.page.getByText('The database').first().waitFor()
    },
  },
  {
    name: 'an address that does not exist is said kindly',
    async run(journey) {
      await visit(journey, journey.marta.page, '/no-such-page', 'missing page')
      await journey.marta.page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
    },
  },
  {
    name: 'the page says when the connection is gone and when it is back',
    async run(journey) {
      const { page, context } = journey.marta
      await page.goto('/')
      await settle(page)
      await context.setOffline(true)
      await page.getByText('You are offline.').waitFor()
      await picture(journey, page, 'offline')
      await context.setOffline(false)
      await page.getByText('Connected again').waitFor()
    },
  },
  {
    name: 'in German no English is left in the frame of any page, and the choice stays',
    async run(journey) {
      const { page } = journey.tom
      await page.goto('/')
      await settle(page)
      await page.evaluate(() =>
        fetch('/api/me', {
          method: 'PATCH',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ language: 'de' }),
        }),
      )
      for (const [address, name] of [
        ['/', 'home-de'],
        ['/search?q=Lieferung', 'results-de'],
        ['/answers', 'conversations-de'],
        ['/status', 'status-de'],
      ] as const) {
        await page.goto(address)
        await settle(page)
        expect((await page.evaluate(() => document.documentElement.lang)) === 'de', `${address} is in German`)
        const frame = await page.locator('.rail').innerText()
        expect(frame.includes('Bibliothek') && !frame.includes('Library'), `the rail of ${address} is in German`)
        await lookForOverflow(page, `${address} in German`)
        await picture(journey, page, name)
      }
    },
  },
  {
    name: 'the browser had nothing to complain of, and nothing asked another machine',
    async run(journey) {
      expect(journey.complaints.length === 0, [...new Set(journey.complaints)].slice(0, 10).join('\n'))
    },
  },
]
