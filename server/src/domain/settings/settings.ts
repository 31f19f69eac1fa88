import { type PersonScope, rows, type Scope, sql } from '../../db/index.ts'
import { AppError } from '../../platform/app-error.ts'
import type { ChangeSettings, Settings } from './contract.ts'

export type Catalogue = { name: string; languages: string[]; bytes: number }[]

/** What stands where no administrator has said otherwise. */
export type Defaults = { uploadLimitBytes: number; embeddingModel: string }

async function stored(tx: Parameters<Parameters<Scope['read']>[0]>[0]): Promise<Map<string, unknown>> {
  const found = await rows<{ key: string; value: unknown }>(tx, sql`select key, value from instance_settings`)
  return new Map(found.map((row) => [row.key, row.value]))
}

export async function readSettings(scope: PersonScope, defaults: Defaults, catalogue: Catalogue): Promise<Settings> {
  return scope.read(async (tx) => {
    const values = await stored(tx)
    const [organisation] = await rows<{ name: string }>(tx, sql`select name from organisations`)
    return {
      organisation: { name: organisation?.name ?? '' },
      uploadLimitBytes: Number(values.get('uploadLimitBytes') ?? defaults.uploadLimitBytes),
      embeddingModel: String(values.get('embeddingModel') ?? defaults.embeddingModel),
      embeddingModels: catalogue,
    }
  })
}

export async function changeSettings(
  scope: PersonScope,
  change: ChangeSettings,
  defaults: Defaults,
  catalogue: Catalogue,
): Promise<Settings> {
  if (change.embeddingModel && !catalogue.some((model) => model.name === change.embeddingModel))
    throw new AppError('invalid', {
      detail: 'There is no model of this name.',
      issues: [{ path: 'embeddingModel', message: 'Choose one of the list.' }],
    })
  const before = await readSettings(scope, defaults, catalogue)
  await scope.write('setting.change', async (tx, note) => {
    note({
      object: { type: 'organisation', id: scope.actor.organisationId },
      details: { before: { ...before, embeddingModels: undefined }, after: change },
    })
    if (change.organisation) await tx.execute(sql`update organisations set name = ${change.organisation.name}`)
    for (const key of ['uploadLimitBytes', 'embeddingModel'] as const)
      if (change[key] !== undefined)
        await tx.execute(sql`insert into instance_settings (key, value) values (${key}, ${JSON.stringify(change[key])}::jsonb)
          on conflict (key) do update set value = excluded.value, updated_at = now()`)
  })
  return readSettings(scope, defaults, catalogue)
}

/** One setting as background work and limits read it. */
export async function settingValue(scope: Scope, key: 'uploadLimitBytes' | 'embeddingModel'): Promise<unknown> {
  return scope.read(async (tx) => (await stored(tx)).get(key))
}
