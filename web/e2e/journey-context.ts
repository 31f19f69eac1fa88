/** What the steps of the journey share: the server, the browser, the people who sit at it, and how to look. */
import { AxeBuilder } from '@axe-core/playwright'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { runServer, type RunningServer } from './run-server.ts'

export type Seat = { context: BrowserContext; page: Page }
export type Journey = {
  server: RunningServer
  browser: Browser
  marta: Seat
  tom: Seat
  /** Folder for screenshots, or null. */
  pictures: string | null
  /** What the browser complained of: errors of scripts and refusals of the content policy. */
  complaints: string[]
  /** Ids of uploaded documents by file name. */
  documents: Map<string, string>
  /** The collection everybody may see. */
  sharedCollection: string
  conversation: string
}
export type Step = { name: string; run: (journey: Journey) => Promise<void> }

export const PASSWORD = { marta: 'harbour lantern morning bread', tom: 'seven quiet copper kettles' }
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export async function beginJourney(options: { pictures?: string | null; chromium?: string } = {}): Promise<Journey> {
  const server = await runServer()
  try {
    const browser = await chromium.launch({
      executablePath: options.chromium ?? places[0] ?? '',
      // A journey needs nothing from the network, and must not look as if it did.
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
    const complaints: string[] = []
    const seat = async (): Promise<Seat> => {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: 'en-GB',
        baseURL: server.address,
        reducedMotion: 'reduce',
      })
      context.setDefaultTimeout(15_000)
      const page = await context.newPage()
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
      page.on('console', (message) => {
        const text = message.text()
        // An answer of 4xx is told by the page itself; everything else is a fault.
        if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
          complaints.push(`${page.url()}: ${text}`)
      })
      page.on('request', (request) => {
        const url = new URL(request.url())
        if (url.protocol.startsWith('http') && url.origin !== server.address)
          complaints.push(`asked another machine: ${request.url()}`)
      })
      return { context, page }
    }
    return {
      server,
      browser,
      marta: await seat(),
      tom: await seat(),
      pictures: options.pictures ?? null,
      complaints,
      documents: new Map(),
      sharedCollection: '',
      conversation: '',
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

export async function endJourney(journey: Journey): Promise<void> {
  await journey.browser.close()
  await journey.server.stop()
}

/** Fails with a sentence. */
export function expect(holds: unknown, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence)
}

/** Calls the API as the person of a page, from the page: cookies, origin and all. Throws on an error answer unless `status` is asked for. */
export async function call<T>(page: Page, method: string, path: string, body?: unknown): Promise<T> {
  const result = await page.evaluate(
    async ([verb, address, json]) => {
      const response = await fetch(`/api${address}`, {
        method: verb,
        ...(json === null ? {} : { headers: { 'content-type': 'application/json' }, body: json }),
      })
      return { status: response.status, text: await response.text() }
    },
    [method, path, body === undefined ? null : JSON.stringify(body)] as const,
  )
  if (result.status >= 400) throw new Error(`${method} ${path}: ${result.status} ${result.text.slice(0, 300)}`)
  return (result.text ? JSON.parse(result.text) : undefined) as T
}

export async function statusOf(page: Page, path: string): Promise<number> {
  return page.evaluate(async (address) => (await fetch(`/api${address}`)).status, path)
}

/** Waits until the page has nothing on the way and its skeletons are gone. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('domcontentloaded')
  await page.waitForFunction(() => !document.querySelector('.skeleton, .starting'), undefined, { timeout: 15_000 })
  await page.waitForTimeout(150)
}

/** axe with the rules of WCAG 2.2 A and AA, in both themes; every violation is named with its place. */
export async function lookForBarriers(page: Page, what: string): Promise<void> {
  const found: string[] = []
  for (const theme of ['light', 'dark']) {
    await page.evaluate((next) => document.documentElement.setAttribute('data-theme', next), theme)
    await page.waitForTimeout(200)
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze()
    for (const violation of violations)
      found.push(
        `${what}, ${theme}: ${violation.id}: ${violation.help} (${violation.nodes
          .slice(0, 3)
          .map((node) => `${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`)
          .join(' | ')})`,
      )
  }
  await page.evaluate(() => document.documentElement.removeAttribute('data-theme'))
  expect(found.length === 0, found.join('\n'))
}

/** Nothing may be wider than the page at 360 px. */
export async function lookForOverflow(page: Page, what: string): Promise<void> {
  const size = page.viewportSize()
  await page.setViewportSize({ width: 360, height: 740 })
  await page.waitForTimeout(250)
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (size) await page.setViewportSize(size)
  expect(over <= 0, `${what} is ${over} px wider than a screen of 360 px`)
}

/** A picture in both themes and three widths, when pictures are wanted. */
export async function picture(journey: Journey, page: Page, name: string): Promise<void> {
  if (!journey.pictures) return
  await mkdir(journey.pictures, { recursive: true })
  const size = page.viewportSize()
  for (const theme of ['light', 'dark']) {
    await page.evaluate((next) => document.documentElement.setAttribute('data-theme', next), theme)
    for (const width of [1440, 1024, 360]) {
      await page.setViewportSize({ width, height: width === 360 ? 740 : 900 })
      await page.waitForTimeout(700)
      await page.screenshot({ path: join(journey.pictures, `${name}-${width}-${theme}.png`) })
    }
  }
  await page.evaluate(() => document.documentElement.removeAttribute('data-theme'))
  if (size) await page.setViewportSize(size)
}

/** Opens an address, waits until it stands, and looks at it: barriers, width, pictures. */
export async function visit(journey: Journey, page: Page, address: string, what: string): Promise<void> {
  await page.goto(address)
  await settle(page)
  await lookForBarriers(page, what)
  await lookForOverflow(page, what)
  await picture(journey, page, what.replaceAll(' ', '-'))
}
