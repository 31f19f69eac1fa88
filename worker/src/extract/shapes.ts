/** The shapes extraction shares with the rest of the product, in one place. */
export {
  Extraction,
  ExtractionError,
  Page,
  Block,
  Line,
  Format,
  PageUnit,
  ExtractionErrorCode,
} from '../../../server/src/domain/documents/extraction.ts'
export type { ExtractionLimits, ExtractionProgress } from '../../../server/src/domain/documents/extraction.ts'
