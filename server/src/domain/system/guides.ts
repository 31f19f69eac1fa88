/** The administrators' guides, carried by the product itself: whoever needs one may have no way to the internet. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../platform/app-error.ts'

const folder = new URL('../../../../docs/admin/', import.meta.url)

/** @param name as in 'backup' for docs/admin/backup.md. Throws AppError 'not_found'. @returns Markdown */
export async function readGuide(name: string): Promise<string> {
  if (!/^[a-z-]{1,40}$/.test(name)) throw new AppError('not_found', { detail: 'There is no such guide.' })
  return readFile(fileURLToPath(new URL(`${name}.md`, folder)), 'utf8').catch(() => {
    throw new AppError('not_found', {
      detail: `The guide "${name}" is not in this installation; docs/admin of the bundle holds all guides.`,
    })
  })
}
