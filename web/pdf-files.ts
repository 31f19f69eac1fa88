/**
 * Vite plugin: the PDF reader's data files (character maps, standard fonts, colour profile, picture decoders) as they
 * stand in its package, served from our own origin under a path with its version, so that they may be cached for ever.
 */
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import type { Plugin } from 'vite'

const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
/** Known to the page as well: features/documents/pdf/open-pdf.ts. */
const prefix = `_app/immutable/pdfjs-${version}`
/** The evaluator of scripts inside PDFs is left out: nothing in a document runs here. */
const wanted = (name: string) => !/quickjs|_nowasm_fallback/i.test(name)

export function pdfFiles(): Plugin {
  return {
    name: 'pdf-files',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = normalize(decodeURIComponent((request.url ?? '').split('?')[0] ?? ''))
        const file = path.startsWith(`/${prefix}/`) ? join(home, path.slice(prefix.length + 2)) : null
        if (!file || !existsSync(file)) return next()
        response.setHeader('content-type', file.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream')
        createReadStream(file).pipe(response)
      })
    },
    generateBundle() {
      if (this.environment.name !== 'client') return
      for (const folder of ['cmaps', 'standard_fonts', 'iccs', 'wasm']) {
        for (const name of readdirSync(join(home, folder)).filter(wanted)) {
          this.emitFile({
            type: 'asset',
            fileName: `${prefix}/${folder}/${name}`,
            source: readFileSync(join(home, folder, name)),
          })
        }
      }
    },
  }
}
