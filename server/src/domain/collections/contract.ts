import { z } from 'zod'
import { AccessSummary } from '../access/contract.ts'

const name = z.string().trim().min(1).max(200)

export const Collection = z.object({
  id: z.uuid(),
  name: z.string(),
  parentId: z.uuid().nullable(),
  access: AccessSummary,
  owner: z.object({ id: z.uuid(), name: z.string() }),
  /** Documents in it that the reader may see, without those in collections below. */
  documents: z.int(),
  updatedAt: z.iso.datetime(),
  can: z.object({ contribute: z.boolean(), edit: z.boolean(), share: z.boolean(), remove: z.boolean() }),
})
export const CollectionList = z.object({ items: z.array(Collection) })
export const CreateCollection = z.strictObject({
  name,
  parentId: z.uuid().nullable().default(null),
  /** Left out: the parent's setting, or private at the top. */
  audience: z.enum(['private', 'organisation']).optional(),
})
export const ChangeCollection = z.strictObject({ name: name.optional(), parentId: z.uuid().nullable().optional() })

export type Collection = z.infer<typeof Collection>
export type CreateCollection = z.infer<typeof CreateCollection>
export type ChangeCollection = z.infer<typeof ChangeCollection>
