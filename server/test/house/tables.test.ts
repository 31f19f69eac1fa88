/** Every table is under forced row-level security, or stands in tables-without-policy.txt with its reason. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Db, rows, sql } from '../../src/db/index.ts'
import { testDatabase } from '../../src/testing/index.ts'
import { textOf } from './sources.ts'

let db: Db
beforeAll(async () => {
  db = await testDatabase()
}, 60_000)
afterAll(() => db.close())

type Table = { name: string; forced: boolean; policies: number }

const tables = () =>
  rows<Table>(
    db.drizzle,
    sql`select n.nspname || '.' || relname as name, relrowsecurity and relforcerowsecurity as forced,
          (select count(*)::int from pg_policy where polrelid = c.oid) as policies
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast'
        order by 1`,
  )

/** "schema.table  reason" or "schema.*  reason" a line, written by hand; without review the list may only shrink. */
const listed = textOf('server/test/house/tables-without-policy.txt')
  .split('\n')
  .filter((line) => line.trim() && !line.startsWith('#'))
  .map((line) => ({ name: line.split(/\s+/)[0] ?? '', reason: line.replace(/^\S+\s*/, '').trim() }))

describe('tables', () => {
  it('are all under forced row-level security, or written down with a reason', async () => {
    const bare = (await tables()).filter((table) => !table.forced).map((table) => table.name)
    const excuse = (name: string) =>
      listed.find((line) => line.name === name || line.name === name.replace(/\..*/, '.*'))
    expect(bare.filter((name) => !excuse(name))).toEqual([])
    expect(listed.filter((line) => !bare.some((name) => excuse(name) === line))).toEqual([])
  })

  it('say who may see what: none is forced without a policy', async () => {
    expect((await tables()).filter((table) => table.forced && table.policies === 0).map((table) => table.name)).toEqual(
      [],
    )
  })

  it('are excused only with a reason a reader can weigh', () => {
    expect(listed.filter(({ reason }) => reason.length < 20)).toEqual([])
  })
})
