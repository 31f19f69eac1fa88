import { paraglideVitePlugin } from '@inlang/paraglide-js'
import adapter from '@sveltejs/adapter-static'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'
import { pdfFiles } from './pdf-files.ts'

// SvelteKit 3 takes its options here; there is no svelte.config.js.
export default defineConfig({
  plugins: [
    pdfFiles(),
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/paraglide',
      // The page chooses the language itself (lib/i18n/locale.svelte.ts); nothing is read from cookies or the address.
      strategy: ['globalVariable', 'baseLocale'],
      emitReadme: false,
    }),
    sveltekit({
      compilerOptions: { runes: true },
      adapter: adapter({ fallback: 'index.html', precompress: true }),
      csp: {
        mode: 'hash',
        directives: {
          'default-src': ['self'],
          // WebAssembly is used by the PDF reader for some picture formats; no other evaluation is allowed.
          'script-src': ['self', 'wasm-unsafe-eval'],
          'style-src': ['self'],
          // Two style attributes stand in the markup of our libraries: the router's announcer and the palette's items.
          // They are allowed word for word; any other style attribute in markup is refused. The browser journey notices
          // when an upgrade changes them.
          'style-src-attr': [
            'unsafe-hashes',
            'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo=',
            'sha256-iaOezIDcQIoxCULa6FBKKuLUu09R7kG+Mlu+JVfU3Rw=',
          ],
          'img-src': ['self', 'data:', 'blob:'],
          'font-src': ['self', 'data:'],
          'connect-src': ['self'],
          'worker-src': ['self', 'blob:'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
        },
      },
      // The default polls for new versions only when told to; a page left open notices an upgrade at its next navigation.
      version: { pollInterval: 300_000 },
    }),
  ],
  build: {
    // Nothing is inlined as data: so that every file can be cached and named by the content policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4400' } },
})
