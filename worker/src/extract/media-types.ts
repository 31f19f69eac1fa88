import type { Format, PageUnit } from './shapes.ts'

export const mediaTypes: Record<Format, string> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  odt: 'application/vnd.oasis.opendocument.text',
  odp: 'application/vnd.oasis.opendocument.presentation',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  rtf: 'application/rtf',
  html: 'text/html',
  markdown: 'text/markdown',
  text: 'text/plain',
  csv: 'text/csv',
  vtt: 'text/vtt',
  eml: 'message/rfc822',
  msg: 'application/vnd.ms-outlook',
  epub: 'application/epub+zip',
  png: 'image/png',
  jpeg: 'image/jpeg',
  tiff: 'image/tiff',
  zip: 'application/zip',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
}

/** What a page of this format is called; a word-processor file may say 'page' instead where it knows its pages. */
export const pageUnits: Record<Format, PageUnit> = {
  pdf: 'page', docx: 'section', pptx: 'slide', xlsx: 'sheet', odt: 'section', odp: 'slide', ods: 'sheet', rtf: 'section',
  html: 'section', markdown: 'section', text: 'section', csv: 'sheet', vtt: 'section', eml: 'section', msg: 'section', epub: 'section',
  png: 'page', jpeg: 'page', tiff: 'page', zip: 'section', doc: 'section', xls: 'sheet', ppt: 'slide',
}
