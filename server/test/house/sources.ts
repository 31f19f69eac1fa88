/** The files of the repository as the house tests read them, and the imports in them. */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Made, not written: what .gitignore names. */
const made = new Set(['.git', 'node_modules', 'data', '.cache', 'coverage', '.svelte-kit', 'paraglide'])
const madePaths = new Set(['web/build', 'web/project.inlang/cache'])

/** Paths of all written files, relative to the root, with forward slashes. */
export function filesUnder(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name
    if (made.has(entry.name) || madePaths.has(path) || entry.name.endsWith('.log')) return []
    return entry.isDirectory() ? filesUnder(path) : [path]
  })
}

export const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
export const isCode = (path: string) => /\.(ts|svelte|mjs|js)$/.test(path)
/** Tests may look into everything, so most rules are not about them. */
export const isTest = (path: string) =>
  /\.(test|e2e)\.\w+$/.test(path) || /^(server\/test|web\/e2e|worker\/test)\//.test(path)

export type Import = { from: string; target: string; typeOnly: boolean }

/** Every import of a file: relative ones as paths from the root, others as written. */
export function importsOf(path: string, text = textOf(path)): Import[] {
  const statement =
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'"`;()]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g
  return [...text.matchAll(statement)].map(([, typeOnly, named, dynamic]) => {
    const target = named ?? dynamic ?? ''
    const resolved = target.startsWith('.')
      ? relative(root, join(root, dirname(path), target)).replaceAll('\\', '/')
      : target
    return { from: path, target: resolved, typeOnly: typeOnly !== undefined }
  })
}
