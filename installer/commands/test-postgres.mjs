import { startPostgres } from '../setup/postgres.mjs'
import { conclude, runVitest } from '../setup/vitest.mjs'

/** The integration suite once more, on a real PostgreSQL 18 with pgvector. */
export async function run(root, args) {
  const server = await startPostgres()
  try {
    return conclude([
      await runVitest(root, ['integration'], { args, env: { INNOSYNTH_TEST_DATABASE_URL: server.url } }),
    ])
  } finally {
    await server.stop()
  }
}
