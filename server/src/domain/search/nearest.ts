/**
 * The passages nearest in meaning, under the asker's permissions.
 *
 * A vector index filters after it has searched: somebody who may see one passage in a hundred would get next to nothing from
 * it. So little is scanned whole, which is exact and the cheaper the less is visible; much goes through the index with
 * iterative scan, and where even that returns fewer rows than there are, the exact scan is made after all.
 */
import { rows, sql, type Tx } from '../../db/index.ts'
import { arrayOf } from './visible.ts'

export type Nearest = { id: number; documentNo: number; similarity: number }

export type NearestOptions = {
  model: string
  /** Numbers of the documents to look in: visible, and within the filters. */
  documents: readonly number[]
  /** True when these are all that the asker may see: row-level security chooses among the index's rows, a long list need not. */
  all?: boolean
  /** Passages in them, as the word index counts. */
  passages: number
  limit: number
  /** False for a passage of a replaced version, whose vector may still lie there. */
  isCurrent: (passageId: number) => boolean
  /** Up to this many passages are scanned exactly. */
  exactUpTo?: number
}

export const exactUpTo = 12_000

/** Best first. Exactly min(limit, as many as there are) rows on the exact path. */
export const nearestPassages = async (tx: Tx, vector: Float32Array, options: NearestOptions): Promise<Nearest[]> => {
  if (options.documents.length === 0) return []
  const scanAll = options.passages <= (options.exactUpTo ?? exactUpTo)
  const inside = new Set(options.all ? options.documents : [])
  const found = scanAll
    ? []
    : (await throughIndex(tx, vector, options)).filter(
        ({ id, documentNo }) => options.isCurrent(id) && (!options.all || inside.has(documentNo)),
      )
  if (found.length >= Math.min(options.limit, options.passages)) return found.slice(0, options.limit)
  // Replaced passages take places until they are swept away; then the scan is repeated with more room.
  for (let limit = options.limit; ; limit *= 4) {
    const all = await exact(tx, vector, { ...options, limit })
    const current = all.filter(({ id }) => options.isCurrent(id))
    if (current.length >= options.limit || all.length < limit) return current.slice(0, options.limit)
  }
}

/** All rows in one value: a driver's work is by field, and two hundred rows have six hundred. */
type Packed = { packed: string | null }
const packed = sql`string_agg(id || ' ' || no || ' ' || distance, ',' order by distance, id) as packed`
const unpacked = ([row]: Packed[]): Nearest[] =>
  (row?.packed ?? '')
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [id, no, distance] = part.split(' ')
      return { id: Number(id), documentNo: Number(no), similarity: 1 - Number(distance) }
    })

const exact = async (tx: Tx, vector: Float32Array, { model, documents, limit }: NearestOptions): Promise<Nearest[]> =>
  // Adding zero keeps the planner from answering with the vector index.
  unpacked(
    await rows<Packed>(
      tx,
      sql`select ${packed} from (select v.passage_id as id, v.document_no as no, (v.embedding <=> ${literal(vector)}::vector) + 0.0 as distance
          from passage_vectors v where v.model = ${model} and v.document_no = any(${arrayOf(documents)}::int[])
          order by distance, id limit ${limit}) nearest`,
    ),
  )

/** Without sorting the planner can only follow the index; left to itself it reads and sorts all that is visible. */
const throughIndex = async (
  tx: Tx,
  vector: Float32Array,
  { model, documents, all, limit }: NearestOptions,
): Promise<Nearest[]> => {
  const within = all ? sql`` : sql`and v.document_no = any(${arrayOf(documents)}::int[])`
  await tx.execute(sql`select set_config('hnsw.ef_search', ${String(Math.min(1000, Math.max(200, limit)))}, true),
    set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.max_scan_tuples', '60000', true),
    set_config('hnsw.scan_mem_multiplier', '4', true), set_config('enable_sort', 'off', true)`)
  return unpacked(
    await rows<Packed>(
      tx,
      sql`select ${packed} from (select v.passage_id as id, v.document_no as no, v.embedding <=> ${literal(vector)}::vector as distance
          from passage_vectors v where v.model = ${model} ${within}
          order by v.embedding <=> ${literal(vector)}::vector limit ${limit}) nearest`,
    ),
  )
}

/** Seven digits are all that a 32-bit float has. */
const literal = (vector: Float32Array): string => `[${Array.from(vector, (value) => value.toFixed(7)).join(',')}]`
