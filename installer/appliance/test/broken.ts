/** Files that make a version fail in one way each; paths are those of the application's image. */

/** The server ends at once, again and again. */
export const brokenServer = {
  'server/src/main.ts': "process.stderr.write('this version does not start\\n')\nprocess.exit(1)\n",
}
/** The server runs and never becomes healthy. */
export const unhealthyServer = { 'server/src/main.ts': 'setInterval(() => {}, 1000)\n' }
export const failingMigration = {
  'server/src/migrate.ts': 'process.stderr.write(\'column "gone" does not exist\\n\')\nprocess.exit(1)\n',
}
/** The database is changed, and then the migration fails. */
export const halfMigration = (statement: string) => ({
  'server/src/migrate.ts': `import { readFileSync } from 'node:fs'
import postgres from 'postgres'
const connection = postgres(readFileSync(process.env['DATABASE_OWNER_URL_FILE'], 'utf8').trim(), { max: 1 })
await connection.unsafe(${JSON.stringify(statement)})
await connection.end()
process.exit(1)
`,
})
/** Time to lose something while the migration runs. */
export const slowMigration = {
  'server/src/migrate.ts': 'setTimeout(() => process.exit(1), 20_000)\n',
}
/** Everything is healthy, and nothing is ever read: only the smoke check sees it. */
export const idleWorker = {
  'worker/src/main.ts': `import { createServer } from 'node:http'
createServer((_request, response) => response.end('{"ok":true}')).listen(9091)
process.on('SIGTERM', () => process.exit(0))
`,
}
