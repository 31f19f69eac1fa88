/** What the parent and the confined process say to each other. The bytes of a file go through the child's standard input. */
import type { Extraction, ExtractionErrorCode, ExtractionLimits, ExtractionProgress } from '../shapes.ts'

export type ToChild = { kind: 'read'; fileName: string; bytes: number; limits: ExtractionLimits }

export type FromChild =
  | { kind: 'ready' }
  | { kind: 'progress'; progress: ExtractionProgress }
  | { kind: 'done'; extraction: Extraction }
  /** `cause` is for the log, `message` for the person. */
  | { kind: 'failed'; code: ExtractionErrorCode; message: string; cause?: string }
