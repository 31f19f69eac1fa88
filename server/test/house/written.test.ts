/** What stands in the files: settings read in one place, exact versions, no dead path in the docs, nothing left lying about. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesUnder, isCode, isTest, root, textOf } from './sources.ts'

const files = filesUnder()
const code = files.filter((path) => isCode(path) && !isTest(path))

/** "path:line" of every line of these files that matches. */
function linesWith(paths: string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}`] : [])),
  )
}

describe('settings', () => {
  const mayRead = /^(server\/src\/config\/|server\/src\/testing\/|installer\/|(server|web|worker)\/\w+\.config\.ts$)/

  it('come through server/src/config and nowhere else', () => {
    expect(
      linesWith(
        code.filter((path) => !mayRead.test(path)),
        /\bprocess\.env\b(?! is read)/,
      ),
    ).toEqual([])
  })
})

describe('dependencies', () => {
  const manifests = ['package.json', 'server/package.json', 'worker/package.json', 'web/package.json']

  it.each(manifests)('of %s are pinned exactly', (path) => {
    const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = JSON.parse(textOf(path))
    const loose = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)),
    )
    expect(loose).toEqual([])
  })

  it.each(manifests)('of %s are those of the lockfile', (path) => {
    const lock = JSON.parse(textOf('package-lock.json'))
    const locked = lock.packages[path === 'package.json' ? '' : dirname(path)]
    const manifest = JSON.parse(textOf(path))
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      expect(locked[kind] ?? {}).toEqual(manifest[kind] ?? {})
    }
  })
})

describe('docs', () => {
  const pages = files.filter((path) => path === 'README.md' || (path.startsWith('docs/') && path.endsWith('.md')))
  const parts = /^(server|worker|web|installer|compose|docs|\.ci)\//

  /** Paths a page names: link targets, and what stands in backticks and begins with a part of the repository. */
  function named(page: string, text: string): { said: string; path: string }[] {
    const links = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target)
    const inside = links.filter((target) => !/^[a-z]+:/.test(target) && !target.startsWith('/'))
    const quoted = [...text.matchAll(/`([^`\s]+)`/g)]
      .map(([, said = '']) => said.replace(/:\d+$/, ''))
      .filter((said) => parts.test(said))
    return [
      ...inside.map((said) => ({ said, path: join(dirname(page), said) })),
      ...quoted.map((said) => ({ said, path: said.replace(/\/?[^/]*[<{*].*$/, '') })),
    ]
  }

  it('name no path that does not exist', () => {
    const dead = pages.flatMap((page) =>
      named(page, textOf(page))
        .filter(({ path }) => !existsSync(join(root, path)))
        .map(({ said }) => `${page}: ${said}`),
    )
    expect(dead).toEqual([])
  })

  it('are read for links, quoted paths and patterns', () => {
    const found = named(
      'docs/a.md',
      'See [the guide](user/guide.md#top), `server/src/app.ts:12`, `web/src/lib/<noun>/x.ts`, [out](https://x.y) and `npm test`.',
    )
    expect(found.map(({ path }) => path)).toEqual(['docs/user/guide.md', 'server/src/app.ts', 'web/src/lib'])
  })
})

describe('the repository', () => {
  it('has nothing at its root but what belongs there', () => {
    const allowed = new Set([
      'server',
      'web',
      'worker',
      'compose',
      'installer',
      'docs',
      'docker-compose.yml',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'README.md',
    ])
    const top = [...new Set(files.map((path) => path.split('/')[0] ?? ''))]
    expect(top.filter((name) => !allowed.has(name) && !name.startsWith('.'))).toEqual([])
  })

  it('names no package registry: whoever runs it decides which mirror is asked', () => {
    const hosts = [
      ['registry', 'npmjs', 'org'],
      ['pypi', 'org'],
      ['pythonhosted', 'org'],
      ['repo1', 'maven', 'org'],
      ['repo', 'maven', 'apache', 'org'],
      ['deb', 'debian', 'org'],
      ['proxy', 'golang', 'org'],
      ['crates', 'io'],
    ]
    const pattern = new RegExp(hosts.map((parts) => `\\b${parts.join('\\.')}\\b`).join('|'))
    const readable = files.filter(
      (path) =>
        path !== 'package-lock.json' &&
        /(\.(ts|mjs|js|json|md|svelte|css|html|sql|sh|ya?ml|txt)|\/run|file)$/i.test(path),
    )
    expect(linesWith(readable, pattern)).toEqual([])
  })

  it('speaks of the project alone: no path of the machine it was written on', () => {
    const readable = files.filter((path) => isCode(path) || /\.(md|json|ya?ml|sh|sql|txt)$|\/run$/.test(path))
    expect(
      linesWith(
        // The one place that may look beside the checkout for an engine to be had; without it the run says what it left out.
        readable.filter((path) => path !== 'installer/commands/test-appliance.mjs'),
        new RegExp(['(^|[^\\w.])/work/(main|shared)', 'container-' + 'lab', '/home/\\w+/'].join('|')),
      ),
    ).toEqual([])
  })

  it('has no unfinished thought and no silenced type check', () => {
    const words = new RegExp(
      ['\\bTO' + 'DO\\b', '\\bFIX' + 'ME\\b', '@ts-' + '(ignore|nocheck|expect-error)', '\\bas ' + 'any\\b'].join('|'),
    )
    expect(linesWith(files.filter(isCode), words)).toEqual([])
  })
})
