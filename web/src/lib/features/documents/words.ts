/** How a document is spoken of in rows and metadata: its kind, who may see it, a place in it, its stage. */
import type { AccessSummary, Format, PageUnit, PersonRef, Stage } from '#lib/api/types.ts'
import { m } from '#lib/i18n/index.ts'

export function formatName(format: Format | null): string {
  switch (format) {
    case 'pdf':
      return m.format_pdf()
    case 'docx':
    case 'doc':
      return m.format_docx()
    case 'pptx':
    case 'ppt':
      return m.format_pptx()
    case 'xlsx':
    case 'xls':
      return m.format_xlsx()
    case 'odt':
      return m.format_odt()
    case 'odp':
      return m.format_odp()
    case 'ods':
      return m.format_ods()
    case 'rtf':
      return m.format_rtf()
    case 'html':
      return m.format_html()
    case 'markdown':
      return m.format_markdown()
    case 'text':
      return m.format_text()
    case 'csv':
      return m.format_csv()
    case 'vtt':
      return m.format_vtt()
    case 'eml':
    case 'msg':
      return m.format_mail()
    case 'epub':
      return m.format_epub()
    case 'png':
    case 'jpeg':
    case 'tiff':
      return m.format_image()
    case 'zip':
      return m.format_zip()
    case null:
      return m.format_unknown()
  }
}

/** "Only you", "Everyone here", "Maria and 3 people". `myId` is the reader's own id. */
export function accessWords(access: AccessSummary, owner: PersonRef, myId: string): string {
  if (access.audience === 'organisation') return m.access_everyone()
  const mine = owner.id === myId
  if (access.people === 0) return mine ? m.access_only_you() : m.access_only_owner({ name: owner.name })
  if (mine) return m.access_you_and_people({ count: access.people })
  // One person named beside the owner, and the reader can see it: the reader is that person.
  if (access.people === 1) return m.access_only_owner({ name: owner.name })
  return m.access_people({ name: owner.name, count: access.people })
}

/** "Page 3", "Sheet 2: Costs". */
export function placeWords(unit: PageUnit, number: number, label?: string | null): string {
  const place =
    unit === 'page'
      ? m.place_page({ number })
      : unit === 'slide'
        ? m.place_slide({ number })
        : unit === 'sheet'
          ? m.place_sheet({ number })
          : m.place_section({ number })
  return label ? m.place_named({ place, label }) : place
}

export function stageWords(stage: Stage): string {
  switch (stage) {
    case 'queued':
      return m.stage_queued()
    case 'extracting':
      return m.stage_extracting()
    case 'indexing':
      return m.stage_indexing()
    case 'embedding':
      return m.stage_embedding()
    case 'ready':
      return m.stage_ready()
    case 'failed':
      return m.stage_failed()
    case 'cancelled':
      return m.stage_cancelled()
  }
}
