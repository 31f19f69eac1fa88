import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { createMiddleware } from 'hono/factory'
import type { OpenEnv } from './env.ts'

/** The built pages. Every address that is no file is a page of the one application. */
export function webFiles(folder: string) {
  const files = serveStatic<OpenEnv>({
    root: folder,
    precompressed: true,
    onFound: (path, c) => {
      c.header('cache-control', path.includes('/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  return createMiddleware<OpenEnv>(async (c, next) => {
    if (/\.[a-z0-9]{2,5}$/i.test(c.req.path) && c.req.path !== '/index.html') return files(c, next)
    const page = join(folder, 'index.html')
    if (!existsSync(page)) return c.text('The pages have not been built. Run: npm start', 503)
    c.header('cache-control', 'no-cache')
    return c.html(await readFile(page, 'utf8'))
  })
}
