import { z } from 'zod'
import { rows, type Scope, sql } from '../../db/index.ts'

/** Free and whole bytes of a disk, by what it is for: 'data', 'backup'. */
const Disk = z.object({ use: z.string(), free: z.number(), total: z.number() })

/** What the command line on the host tells the product. Every part may be left out; what is left out stays as it was. */
export const Facts = z.strictObject({
  backup: z
    .object({
      at: z.iso.datetime(),
      set: z.string(),
      type: z.string(),
      ok: z.boolean(),
      problem: z.string().nullable(),
      offHost: z.boolean(),
      keyOnHost: z.boolean(),
    })
    .optional(),
  /** When everything in the repository was last read and compared with its checksums. */
  verify: z.object({ at: z.iso.datetime(), ok: z.boolean() }).optional(),
  drill: z
    .object({
      at: z.iso.datetime(),
      ok: z.boolean(),
      set: z.string(),
      seconds: z.number(),
      problem: z.string().nullable(),
    })
    .optional(),
  /** Files copied into the backup, and how far behind the copy is. */
  objects: z.object({ at: z.iso.datetime(), copied: z.int(), behind: z.int() }).optional(),
  restore: z.object({ at: z.iso.datetime(), to: z.string(), set: z.string(), seconds: z.number() }).optional(),
  host: z
    .object({
      at: z.iso.datetime(),
      version: z.string(),
      disks: z.array(Disk),
      services: z.array(z.object({ name: z.string(), running: z.boolean(), healthy: z.boolean(), image: z.string() })),
    })
    .optional(),
  certificate: z.object({ at: z.iso.datetime(), mode: z.string(), expires: z.iso.datetime().nullable() }).optional(),
})
export type Facts = z.infer<typeof Facts>

export async function recordFacts(scope: Scope, facts: Facts): Promise<void> {
  await scope.bookkeep(async (tx) => {
    for (const [key, value] of Object.entries(facts))
      await tx.execute(sql`insert into appliance_facts (key, value) values (${key}, ${JSON.stringify(value)}::jsonb)
        on conflict (key) do update set value = excluded.value, at = now()`)
  })
}

/** Rows of an older or newer version that do not fit are as if they were not there. */
export async function readFacts(scope: Pick<Scope, 'read'>): Promise<Facts> {
  const found = await scope.read((tx) =>
    rows<{ key: string; value: unknown }>(tx, sql`select key, value from appliance_facts`),
  )
  const known = found.filter(({ key, value }) => {
    const shape = (Facts.shape as Record<string, z.ZodType>)[key]
    return shape !== undefined && shape.safeParse(value).success
  })
  return Facts.parse(Object.fromEntries(known.map(({ key, value }) => [key, value])))
}
