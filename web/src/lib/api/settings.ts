import { get, patch } from './http.ts'
import type { ChangeSettings, Settings } from './types.ts'

export const settings = () => get<Settings>('/settings')
export const changeSettings = (input: ChangeSettings) => patch<Settings>('/settings', input)
