import { z } from 'zod'

export const Settings = z.object({
  organisation: z.object({ name: z.string() }),
  uploadLimitBytes: z.int(),
  /** Name of the embedding model in the manifest. A change re-embeds everything beside the old index. */
  embeddingModel: z.string(),
  embeddingModels: z.array(z.object({ name: z.string(), languages: z.array(z.string()), bytes: z.int() })),
})
export const ChangeSettings = z.strictObject({
  organisation: z.strictObject({ name: z.string().trim().min(1).max(120) }).optional(),
  uploadLimitBytes: z
    .int()
    .min(1024 * 1024)
    .max(50 * 1024 ** 3)
    .optional(),
  embeddingModel: z.string().max(100).optional(),
})
export type Settings = z.infer<typeof Settings>
export type ChangeSettings = z.infer<typeof ChangeSettings>
