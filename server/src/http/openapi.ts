import { describeRoute, resolver, validator as standardValidator } from 'hono-openapi'
import type { ValidationTargets } from 'hono'
import type { z } from 'zod'
import { AppError } from '../platform/app-error.ts'
import { ErrorBody } from './errors.ts'

/** Describes a route for the API document: one sentence, its noun, what comes back. */
export function describe(options: {
  summary: string
  tag: string
  returns?: z.ZodType
  status?: number
  media?: string
  description?: string
  body?: 'bytes'
}) {
  const status = options.status ?? (options.returns || options.media ? 200 : 204)
  return describeRoute({
    summary: options.summary,
    tags: [options.tag],
    ...(options.description ? { description: options.description } : {}),
    ...(options.body === 'bytes'
      ? {
          requestBody: {
            required: true,
            content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
          },
        }
      : {}),
    responses: {
      [status]: {
        description: 'Done',
        ...(options.media
          ? { content: { [options.media]: { schema: { type: 'string' } } } }
          : options.returns
            ? { content: { 'application/json': { schema: resolver(options.returns) } } }
            : {}),
      },
      default: {
        description: 'What went wrong, in words',
        content: { 'application/json': { schema: resolver(ErrorBody) } },
      },
    },
  })
}

/** Checks input at the door. What does not fit is answered field by field. */
export function validator<Target extends keyof ValidationTargets, Schema extends z.ZodType>(
  target: Target,
  schema: Schema,
) {
  return standardValidator(target, schema, (result) => {
    if (result.success) return
    const issues = result.error.map((issue) => ({
      path: (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
      message: issue.message,
    }))
    throw new AppError('invalid', { detail: issues[0]?.message ?? 'The request does not fit.', issues })
  })
}
