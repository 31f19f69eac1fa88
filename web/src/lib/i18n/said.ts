/** `format.ts` in the page's own language and the reader's region. */
import { m } from '#lib/paraglide/messages.js'
import * as format from './format.ts'
import { locale } from './locale.svelte.ts'

export const fileSize = (bytes: number) => format.formatBytes(bytes, locale.region)
export const number = (value: number) => format.formatNumber(value, locale.region)
export const percent = (fraction: number) => format.formatPercent(fraction, locale.region)
export const day = (iso: string) => format.formatDay(iso, locale.region, new Date())
export const dateTime = (iso: string) => format.formatExact(iso, locale.region)
export const relative = (iso: string) => format.formatRelative(iso, locale.region, new Date(), m.just_now())
export const duration = (seconds: number) => format.formatDuration(seconds, locale.region)
export const languageName = (tag: string) => format.formatLanguage(tag, locale.now)
