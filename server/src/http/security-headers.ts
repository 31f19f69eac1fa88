import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMiddleware } from 'hono/factory'
import type { OpenEnv } from './env.ts'

/**
 * One strict policy for every answer. The page's few inline scripts are allowed by their hashes, read from the built page;
 * nothing else runs, nothing is loaded from or sent to another origin, nobody frames us.
 */
export function securityHeaders(webDir: string, url: string) {
  const hashes = inlineScripts(join(webDir, 'index.html'))
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${hashes.join(' ')}`.trim(),
    // Svelte sets single style properties from scripts; whole inline sheets are not allowed, style attributes are.
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
  const secure = url.startsWith('https:')
  return createMiddleware<OpenEnv>(async (c, next) => {
    await next()
    const headers = c.res.headers
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', policy)
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'no-referrer')
    headers.set('cross-origin-opener-policy', 'same-origin')
    headers.set('cross-origin-resource-policy', 'same-origin')
    headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()')
    headers.set('x-frame-options', 'DENY')
    if (secure) headers.set('strict-transport-security', 'max-age=31536000')
    if (c.req.path.startsWith('/api/') && !headers.has('cache-control')) headers.set('cache-control', 'no-store')
  })
}

function inlineScripts(path: string): string[] {
  if (!existsSync(path)) return []
  const scripts = readFileSync(path, 'utf8').matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)
  return [...scripts].map((match) => `'sha256-${createHash('sha256').update(match[1]!).digest('base64')}'`)
}
