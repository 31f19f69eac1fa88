/** Shows cell values as a reader sees them: dates and times as ISO, percent as percent, other numbers without noise. */

const builtIn: Record<number, string> = {
  9: '0%',
  10: '0.00%',
  14: 'yyyy-mm-dd',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm',
  19: 'h:mm:ss',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd h:mm',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss',
}

export type NumberFormat = { date: boolean; time: boolean; percent: number | undefined }

const general: NumberFormat = { date: false, time: false, percent: undefined }

export function numberFormat(id: number, code: string | undefined): NumberFormat {
  // 27 to 36 and 50 to 58 are dates in East Asian versions of Excel.
  const written = code ?? builtIn[id] ?? ((id >= 27 && id <= 36) || (id >= 50 && id <= 58) ? 'yyyy-mm-dd' : undefined)
  if (!written || /^general$/i.test(written)) return general
  // Words in quotes, escaped signs, colours and conditions say nothing about the kind of value; [h] does.
  const bare = written
    .split(';')[0]!
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
  if (bare.includes('%')) return { ...general, percent: (/\.(0+)/.exec(bare)?.[1] ?? '').length }
  const date = /[yd]|mmm/i.test(bare)
  const time = /[hs]/i.test(bare)
  return { date: date || (!time && /m/i.test(bare)), time, percent: undefined }
}

/** `raw` is the stored number; `epoch1904` the calendar of old Mac workbooks. */
export function showNumber(raw: string, format: NumberFormat, epoch1904: boolean): string {
  const value = Number(raw)
  if (raw.trim() === '' || !Number.isFinite(value)) return raw
  if (format.percent !== undefined) return `${(value * 100).toFixed(format.percent)}%`
  if (format.date || format.time) return showDate(value, format, epoch1904) ?? raw
  return String(Number(value.toPrecision(15)))
}

function showDate(value: number, format: NumberFormat, epoch1904: boolean): string | undefined {
  if (value < 0 || value > 2_958_466) return undefined
  // Day 60 of the 1900 calendar is 29 February 1900, which never was; days before it count from one later.
  const shifted = epoch1904 ? value + 1462 : value < 60 ? value + 1 : value
  const iso = new Date(Math.round((shifted - 25_569) * 86_400_000)).toISOString()
  const time = iso.slice(11, 19)
  if (!format.date) return time
  return format.time || value % 1 !== 0 ? `${iso.slice(0, 10)} ${time}` : iso.slice(0, 10)
}
