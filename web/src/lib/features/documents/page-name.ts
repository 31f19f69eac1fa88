import type { Page, PageUnit } from '#lib/api/types.ts'
import { m } from '#lib/i18n/index.ts'
import { placeWords } from './words.ts'

/** "Page 3", "Sheet 2: Costs", "offer.pdf, page 2" for a file inside a mail or an archive. */
export function pageName(unit: PageUnit, number: number, page?: Pick<Page, 'label' | 'part' | 'partPage'>): string {
  if (!page?.part) return placeWords(unit, number, page?.label)
  const inside = page.label ?? (page.partPage ? placeWords(unit, page.partPage) : null)
  return inside ? m.document_place_in_part({ part: page.part, place: inside }) : page.part
}
