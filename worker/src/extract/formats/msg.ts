/**
 * Reads Outlook messages ([MS-OXMSG] on an OLE file): properties are streams named by their number and type, recipients
 * and attachments are storages; a message inside a message is a storage too.
 */
import type { Ole, OleStorage } from '../archive/ole.ts'
import { decodeText } from '../detect/text-encoding.ts'
import { damaged } from '../reading.ts'
import type { Draft, Reading } from '../reading.ts'
import { mailDraft, written } from './mail.ts'
import type { Mail } from './mail.ts'
import { rtfBlocks } from './rtf.ts'
import { unpackRtf } from './unpack-rtf.ts'

/** Numbers of MAPI properties. */
const property = {
  subject: '0037',
  senderName: '0C1A',
  senderAddress: '0C1F',
  senderSmtp: '5D01',
  transportHeaders: '007D',
  body: '1000',
  html: '1013',
  rtf: '1009',
  name: '3001',
  address: '3003',
  smtp: '39FE',
  longFileName: '3707',
  fileName: '3704',
  data: '3701',
}

export async function readMsg(ole: Ole, reading: Reading): Promise<Draft> {
  const root = ole.tree()
  if (![...root.streams.keys()].some((name) => name.startsWith('__substg1.0_'))) throw damaged('an Outlook message')
  return mailDraft('msg', mailOf(root, 0), reading)
}

function mailOf(message: OleStorage, depth: number): Mail {
  const smtp = text(message, property.senderSmtp)
  const address = text(message, property.senderAddress)
  const headers = text(message, property.transportHeaders)
  const recipients = message.storages.filter((each) => each.name.startsWith('__recip_version1.0_'))
  const people = (kind: number) =>
    recipients
      .filter((each) => recipientKind(each) === kind)
      .map((each) =>
        written({
          name: text(each, property.name),
          address: text(each, property.smtp) || onlyMail(text(each, property.address)),
        }),
      )
      .join(', ')
  const plain = text(message, property.body)
  const html = htmlOf(message)
  return {
    subject: text(message, property.subject),
    from: written({ name: text(message, property.senderName), address: smtp || onlyMail(address) }),
    to: people(1),
    cc: people(2),
    date: /^Date:\s*(.+)$/im.exec(headers)?.[1]?.trim() ?? timeOf(message),
    text: plain || html ? plain : richText(message),
    html,
    attachments: message.storages
      .filter((each) => each.name.startsWith('__attach_version1.0_'))
      .map((each, i) => {
        const inner = each.storages.find((storage) => storage.name.startsWith('__substg1.0_3701'))
        const name =
          text(each, property.longFileName) ||
          text(each, property.fileName) ||
          text(each, property.name) ||
          `attachment ${i + 1}`
        if (!inner) return { name, bytes: () => binary(each, property.data) ?? new Uint8Array() }
        return { name, draft: async (reading: Reading) => mailDraft('msg', mailOf(inner, depth + 1), reading) }
      }),
  }
}

/** Exchange gives internal people an address that is a path and no mail address. */
const onlyMail = (address: string): string => (address.includes('@') ? address : '')

function text(storage: OleStorage, number: string): string {
  const wide = storage.streams.get(`__substg1.0_${number}001F`)
  if (wide) return new TextDecoder('utf-16le').decode(wide()).replace(/\0+$/, '')
  const narrow = storage.streams.get(`__substg1.0_${number}001E`)
  return narrow ? (decodeText(narrow())?.text ?? '').replace(/\0+$/, '') : ''
}

function binary(storage: OleStorage, number: string): Uint8Array | undefined {
  return storage.streams.get(`__substg1.0_${number}0102`)?.()
}

function htmlOf(message: OleStorage): string {
  const bytes = binary(message, property.html)
  return bytes ? (decodeText(bytes)?.text ?? '') : text(message, property.html)
}

function richText(message: OleStorage): string {
  const packed = binary(message, property.rtf)
  const rtf = packed && unpackRtf(packed)
  return rtf
    ? rtfBlocks(rtf)
        .blocks.map((each) => each.text)
        .join('\n\n')
    : ''
}

/** Fixed properties: 16 bytes each, type and number first, the value in the last eight. */
function fixed(storage: OleStorage, tag: number): DataView | undefined {
  const bytes = storage.streams.get('__properties_version1.0')?.()
  if (!bytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (
    let at = storage.name.startsWith('__') && !storage.name.startsWith('__substg') ? 8 : 24;
    at + 16 <= bytes.length;
    at += 8
  ) {
    if (view.getUint32(at, true) === tag) return new DataView(bytes.buffer, bytes.byteOffset + at + 8, 8)
  }
  return undefined
}

/** 1 is To, 2 Cc, 3 Bcc. */
function recipientKind(recipient: OleStorage): number {
  return (fixed(recipient, 0x0c150003)?.getUint32(0, true) ?? 1) & 0xf
}

/** When it was sent or delivered: a Windows file time, in tenths of microseconds since 1601. */
function timeOf(message: OleStorage): string {
  const value = fixed(message, 0x00390040) ?? fixed(message, 0x0e060040)
  if (!value) return ''
  const milliseconds = Number(value.getBigUint64(0, true) / 10_000n) - 11_644_473_600_000
  return Math.abs(milliseconds) < 8.6e15 ? new Date(milliseconds).toISOString() : ''
}
