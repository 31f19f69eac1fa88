/** Errors in our words. Verbs throw these; only `http/errors.ts` knows status numbers. */
export type ErrorCode =
  | 'not_found'
  | 'forbidden'
  | 'unauthenticated'
  | 'invalid'
  | 'conflict'
  | 'limit_reached'
  | 'precondition'
  | 'unavailable'
  | 'internal'

export class AppError extends Error {
  readonly code: ErrorCode
  /** Field problems of an 'invalid' error, safe to show. */
  readonly issues: { path: string; message: string }[] | undefined
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined
  /** `detail` is shown to people: what happened and what they can do. */
  constructor(
    code: ErrorCode,
    options: { detail: string; cause?: unknown; issues?: { path: string; message: string }[]; retryAfter?: number },
  ) {
    super(options.detail, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.issues = options.issues
    this.retryAfter = options.retryAfter
  }
}
