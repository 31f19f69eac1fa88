import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { npm, runQuietly } from './child.mjs'
import { findProgram } from './chromium.mjs'
import { isInstalled } from './dependencies.mjs'
import { adviceFor, isNewEnough, withFirst } from './node24.mjs'
import { mirrorIn } from './postgres-debian.mjs'
import { countOf } from './vitest.mjs'
import { sourceHash } from './web.mjs'

let home
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'innosynth-setup-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

describe('dependencies', () => {
  const lock = {
    packages: {
      '': { name: 'innosynth' },
      server: { name: '@innosynth/server' },
      'node_modules/@innosynth/server': { resolved: 'server', link: true },
      'node_modules/hono': { version: '1.0.0', integrity: 'a' },
      'node_modules/for-windows': { version: '2.0.0', integrity: 'b', optional: true },
    },
  }
  const installed = {
    packages: {
      'node_modules/@innosynth/server': { link: true },
      'node_modules/hono': { version: '1.0.0', integrity: 'a' },
    },
  }

  it('are not installed again after a hand-made install of the same', () => {
    expect(isInstalled(lock, installed)).toBe(true)
  })
  it('are installed when a version differs', () => {
    expect(
      isInstalled(lock, {
        packages: { ...installed.packages, 'node_modules/hono': { version: '0.9.0', integrity: 'a' } },
      }),
    ).toBe(false)
  })
  it('are installed when one is missing', () => {
    expect(isInstalled(lock, { packages: { 'node_modules/@innosynth/server': { link: true } } })).toBe(false)
  })
})

describe('Node', () => {
  it('20 steps aside, 24 and later stay', () => {
    expect(['18.1.0', '20.20.2', '24.0.0', '26.1.0'].map(isNewEnough)).toEqual([false, false, true, true])
  })
  it('puts its folder first in PATH, once', () => {
    expect(withFirst('/n', '/usr/bin:/n:/bin')).toBe('/n:/usr/bin:/bin')
    expect(withFirst('/n', undefined)).toBe('/n')
  })
  it('tells a person with a Mac what to install', () => {
    expect(adviceFor('darwin', 'arm64')).toContain('brew install node@24')
  })
  it('calls the npm that called us', () => {
    expect(npm(['ci'], { npm_execpath: '/x/npm-cli.js' })).toEqual([process.execPath, ['/x/npm-cli.js', 'ci']])
    expect(npm(['ci'], {})[1]).toEqual(['ci'])
  })
})

describe('the pages', () => {
  it('are stale when a source changes, not when its date does', async () => {
    await mkdir(join(home, 'src'))
    await writeFile(join(home, 'src', 'page.svelte'), 'one')
    const before = await sourceHash(home)
    await utimes(join(home, 'src', 'page.svelte'), 1, 1)
    expect(await sourceHash(home)).toBe(before)
    await writeFile(join(home, 'src', 'page.svelte'), 'two')
    expect(await sourceHash(home)).not.toBe(before)
  })
  it('are not stale for what was built from them, nor for a test', async () => {
    const before = await sourceHash(home)
    await mkdir(join(home, 'build'))
    await writeFile(join(home, 'build', 'index.html'), 'x')
    await writeFile(join(home, 'page.test.ts'), 'x')
    expect(await sourceHash(home)).toBe(before)
  })
})

describe('counting tests', () => {
  const file = (status, ...tests) => ({ status, assertionResults: tests.map((one) => ({ status: one })) })

  it('adds a file that could not even be loaded to the failures', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      testResults: [file('failed', 'failed'), file('failed'), file('passed', 'passed')],
    }
    expect(countOf(report, 1)).toEqual({ passed: 3, failed: 2, skipped: 0 })
  })
  it('does not call a run good that ended badly without a word', () => {
    expect(countOf({}, 137)).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(countOf({ numPassedTests: 5, testResults: [] }, 1).failed).toBe(1)
  })
})

describe("this machine's means", () => {
  it('finds the Debian mirror that apt uses, in either form of its settings', () => {
    expect(
      mirrorIn('Types: deb\n# x\nURIs: http://mirror.example/debian-security\n\nURIs: http://mirror.example/debian\n'),
    ).toBe('http://mirror.example/debian')
    expect(mirrorIn('deb [arch=amd64] https://m.example/debian/ bookworm main')).toBe('https://m.example/debian/')
    expect(mirrorIn('deb http://m.example/ubuntu noble main')).toBeUndefined()
  })
  it('finds a program in PATH, and says when there is none', async () => {
    expect(await findProgram(['no-such-browser', 'sh'])).toMatch(/\/sh$/)
    expect(await findProgram(['no-such-browser'])).toBeUndefined()
  })
  it('reports a program that does not exist instead of breaking', async () => {
    expect(await runQuietly(join(home, 'nothing'), [])).toMatchObject({ code: 127 })
  })
})
