import { rows, sql } from '../../src/db/index.ts'
import type { TestSystem } from '../../src/testing/index.ts'

/** Changes when anything does that a person could have changed. */
export async function fingerprint(system: TestSystem): Promise<string> {
  const tables = [
    'documents',
    'versions',
    'collections',
    'access_lists',
    'access_grants',
    'people',
    'conversations',
    'answers',
    'organisations',
    'instance_settings',
  ]
  return system.systemScope('test').read(async (tx) => {
    const parts: string[] = []
    for (const name of tables) {
      const table = sql.raw(name)
      const [row] = await rows<{ sum: string }>(
        tx,
        sql`select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum from ${table} t`,
      )
      parts.push(`${name} ${row!.sum}`)
    }
    return parts.join(' ')
  })
}
