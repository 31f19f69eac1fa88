import { get } from './http.ts'
import type { Status } from './types.ts'

export const status = (signal?: AbortSignal) => get<Status>('/status', undefined, signal)
