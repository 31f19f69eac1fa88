/** Tells kinds of text apart: by what they say at their beginning, then by the name. */
import type { Format } from '../shapes.ts'

const mailHeader =
  /^(from|to|cc|subject|date|received|return-path|message-id|mime-version|delivered-to|x-[\w-]+|content-type|reply-to|sender|dkim-signature|arc-seal|authentication-results):/i

const byName: Record<string, Format> = {
  md: 'markdown',
  markdown: 'markdown',
  mdown: 'markdown',
  mkd: 'markdown',
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  vtt: 'vtt',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  xht: 'html',
  eml: 'eml',
  mht: 'eml',
  mhtml: 'eml',
}

export function textKind(text: string, fileName: string): Format {
  const start = text.slice(0, 4096).trimStart()
  if (start.startsWith('{\\rtf')) return 'rtf'
  if (/^WEBVTT(\s|$)/.test(start)) return 'vtt'
  if (looksLikeFlatOdf(start)) return flatOdfKind(start)
  const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? ''
  const named = byName[extension]
  if (isMail(start)) return 'eml'
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])/i.test(start))
    return 'html'
  // A file called .vtt or .eml that does not begin as one is read as the text it is.
  if (named && named !== 'vtt' && named !== 'eml') return named
  return 'text'
}

/** At least two known headers before the first empty line, and nothing but headers and their continuations. */
function isMail(start: string): boolean {
  const head = start
    .split(/\r?\n\r?\n/, 1)[0]!
    .split(/\r?\n/)
    .slice(0, 40)
  if (head[0]?.startsWith('From ')) head.shift()
  if (!head[0] || !/^[\w-]+:/.test(head[0])) return false
  const known = head.filter((line) => mailHeader.test(line)).length
  return known >= 2 && head.every((line, i) => /^[\w-]+:/.test(line) || /^[ \t]/.test(line) || i === head.length - 1)
}

function looksLikeFlatOdf(start: string): boolean {
  return start.startsWith('<?xml') && start.includes('<office:document') && start.includes('opendocument')
}

function flatOdfKind(start: string): Format {
  if (start.includes('opendocument.presentation')) return 'odp'
  return start.includes('opendocument.spreadsheet') ? 'ods' : 'odt'
}
