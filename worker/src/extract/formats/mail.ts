/** Reads mail: EML (RFC 5322 and MIME), with attachments as further pages. */
import PostalMime from 'postal-mime'
import { mediaTypes } from '../media-types.ts'
import { block, damaged } from '../reading.ts'
import type { Draft, DraftPage, Reading } from '../reading.ts'
import type { Block } from '../shapes.ts'
import { htmlText } from './html.ts'
import { innerPages } from './inner-files.ts'
import type { InnerFile } from './inner-files.ts'

export type Mail = {
  subject: string
  from: string
  to: string
  cc: string
  date: string
  text: string
  html: string
  attachments: InnerFile[]
}

export async function readEml(bytes: Uint8Array, reading: Reading): Promise<Draft> {
  const mail = await PostalMime.parse(bytes, {
    maxNestingDepth: 50,
    maxHeadersSize: 4 * 2 ** 20,
    attachmentEncoding: 'arraybuffer',
    forceRfc822Attachments: true,
  }).catch((cause: unknown) => {
    throw damaged('an e-mail', cause)
  })
  const people = (list: readonly { name?: string; address?: string }[] | undefined) =>
    (list ?? []).map(written).filter(Boolean).join(', ')
  return mailDraft(
    'eml',
    {
      subject: mail.subject ?? '',
      from: mail.from ? written(mail.from) : '',
      to: people(mail.to),
      cc: people(mail.cc),
      date: mail.date ?? '',
      text: mail.text ?? '',
      html: mail.html ?? '',
      attachments: mail.attachments
        // Pictures that belong to the letter's layout are not documents.
        .filter((each) => !(each.related && each.mimeType.startsWith('image/')))
        .map((each, i) => ({
          name: each.filename ?? `attachment ${i + 1}${each.mimeType === 'message/rfc822' ? '.eml' : ''}`,
          bytes: () => (typeof each.content === 'string' ? Buffer.from(each.content) : new Uint8Array(each.content)),
        })),
    },
    reading,
  )
}

export function written(person: { name?: string; address?: string }): string {
  if (!person.address) return person.name ?? ''
  return person.name && person.name !== person.address ? `${person.name} <${person.address}>` : person.address
}

export async function mailDraft(format: 'eml' | 'msg', mail: Mail, reading: Reading): Promise<Draft> {
  reading.pages(1)
  const header = [
    ['From', mail.from],
    ['To', mail.to],
    ['Cc', mail.cc],
    ['Date', mail.date],
  ]
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${value}`)
  const letter: DraftPage = {
    blocks: [...block('heading', mail.subject, 1), ...block('paragraph', header.join('\n')), ...bodyBlocks(mail)],
  }
  const inner = await innerPages(mail.attachments, reading, 'Attachment')
  return {
    format,
    mediaType: mediaTypes[format],
    pageUnit: 'section',
    ...(mail.subject && { title: mail.subject }),
    ...(mail.from && { author: mail.from }),
    pages: [letter, ...inner],
  }
}

/** The HTML version keeps lists and tables; the plain one is taken where there is no other. */
function bodyBlocks(mail: Mail): Block[] {
  const rich = mail.html ? htmlText(mail.html).blocks : []
  if (rich.length > 0) return rich
  return mail.text
    .replace(/\r\n?/g, '\n')
    .split(/\n\s*\n/)
    .flatMap((paragraph) => block('paragraph', paragraph))
}
