import { join } from 'node:path'
import { becomeNode } from '../setup/become.mjs'
import { runThrough } from '../setup/child.mjs'
import { startPostgres } from '../setup/postgres.mjs'

/** The search benchmark speaks of PostgreSQL, so one is brought up for it; the others start the product by themselves. */
export async function run(root, args) {
  const entry = join(root, 'server', 'test', 'bench', 'main.ts')
  const only = args.indexOf('--only')
  if (only !== -1 && !args[only + 1]?.includes('search')) return becomeNode([entry, ...args])
  const server = await startPostgres()
  try {
    return await runThrough(process.execPath, [entry, ...args], {
      cwd: root,
      env: { ...process.env, INNOSYNTH_TEST_DATABASE_URL: server.url },
    })
  } finally {
    await server.stop()
  }
}
