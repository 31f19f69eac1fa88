export * from './contract.ts'
export * from './extraction.ts'
export { chunk, type Passage } from './chunk.ts'
export {
  beginEmbedding,
  beginExtraction,
  failIngestion,
  finishEmbedding,
  finishWithoutMeaning,
  passageForSearch,
  passagesToEmbed,
  reportProgress,
  storeText,
  storeVectors,
  type EmbeddingRun,
  type IndexedPassage,
  type Run,
} from './ingest.ts'
export { embedVersion, extractVersion, tidyDocuments } from './jobs.ts'
export { requeueUnfinished, sweepObjects, trimIndexChanges } from './tidy.ts'
export { boxesOf } from './read.ts'
export type { Span } from './tables.ts'
