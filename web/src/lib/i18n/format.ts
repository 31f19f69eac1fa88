/** Dates, sizes and numbers in a reader's format. Pure: the locale is given, so that each can be tried in any. */

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** 1536 → "1.5 kB"; steps of 1000, as file managers say it. */
export function formatBytes(bytes: number, locale: string): string {
  let value = bytes
  let step = 0
  while (value >= 1000 && step < UNITS.length - 1) {
    value /= 1000
    step += 1
  }
  const digits = step === 0 || value >= 100 ? 0 : 1
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value)
}

export function formatNumber(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value)
}

export function formatPercent(fraction: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(fraction)
}

/** "24 Nov 2026"; the year is left out within the present year. */
export function formatDay(iso: string, locale: string, now: Date): string {
  const date = new Date(iso)
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }),
  }).format(date)
}

/** The exact time, shown on hover: "Tuesday, 24 November 2026 at 13:30:00 CET". */
export function formatExact(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' }).format(new Date(iso))
}

/** "just now", "5 minutes ago", "yesterday"; from a week on the day itself. Times ahead are said as such ("in 3 days"). */
export function formatRelative(iso: string, locale: string, now: Date, justNow: string): string {
  const seconds = (new Date(iso).getTime() - now.getTime()) / 1000
  const size = Math.abs(seconds)
  if (size < 45) return justNow
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  if (size < 3600) return words.format(Math.round(seconds / 60), 'minute')
  if (size < 86_400) return words.format(Math.round(seconds / 3600), 'hour')
  if (size < 7 * 86_400) return words.format(Math.round(seconds / 86_400), 'day')
  return formatDay(iso, locale, now)
}

/** A span in its largest sensible unit: "8 sec", "3 min", "2 hr". */
export function formatDuration(seconds: number, locale: string): string {
  const [value, unit] =
    seconds < 60 ? [seconds, 'second'] : seconds < 3600 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour']
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: String(unit),
    unitDisplay: 'short',
    maximumFractionDigits: 0,
  }).format(Math.max(1, Math.ceil(Number(value))))
}

/** "de" → "German" in English; an unknown tag as it is. */
export function formatLanguage(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}
