import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import { AppError, type ErrorCode } from '../platform/app-error.ts'
import type { OpenEnv } from './env.ts'

export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    requestId: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
})

const statuses: Record<ErrorCode, ContentfulStatusCode> = {
  not_found: 404,
  forbidden: 403,
  unauthenticated: 401,
  invalid: 422,
  conflict: 409,
  limit_reached: 413,
  precondition: 412,
  unavailable: 503,
  internal: 500,
}

/** The one place that turns an error into an answer. What we do not know is logged whole and answered with a fixed sentence. */
export function answerError(error: Error, c: Context<OpenEnv>): Response {
  const known = error instanceof AppError ? error : fromHttp(error)
  if (!known || known.code === 'internal') {
    c.var.log?.error({ err: error }, 'request failed')
    return body(
      c,
      new AppError('internal', {
        detail: 'Something went wrong on our side. The administrator finds it in the log under this request id.',
      }),
    )
  }
  return body(c, known)
}

function body(c: Context<OpenEnv>, error: AppError) {
  if (error.retryAfter !== undefined) c.header('retry-after', String(error.retryAfter))
  const status = error.code === 'limit_reached' && error.retryAfter !== undefined ? 429 : statuses[error.code]
  return c.json(
    {
      error: {
        code: error.code,
        message: error.message,
        requestId: c.var.requestId,
        ...(error.issues ? { issues: error.issues } : {}),
      },
    },
    status,
  )
}

function fromHttp(error: Error): AppError | undefined {
  if (!(error instanceof HTTPException)) return undefined
  if (error.status === 400) return new AppError('invalid', { detail: 'The request could not be read.', cause: error })
  if (error.status === 404) return new AppError('not_found', { detail: 'There is nothing at this address.' })
  return undefined
}
