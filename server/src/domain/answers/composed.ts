/** An answer before it is shown: sentences, and where their words stand. Stored as it is; see tables.ts. */
import type { Sentence } from './contract.ts'

/** A place in a passage. Words are never stored with it: they are read again under the reader's rights. */
export type Pointer = {
  /** From 1 in order of use; null for a passage that a model was shown and did not cite. */
  number: number | null
  passageId: number
  documentId: string
  /** Characters [start, end) of the passage that carry the sentence. */
  start: number
  end: number
}

export type Composed = { sentences: Sentence[]; pointers: Pointer[] }
