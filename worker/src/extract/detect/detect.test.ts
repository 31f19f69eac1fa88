import { describe, expect, test } from 'vitest'
import { outline, readSample } from '../../../test/read-sample.ts'
import { csvDelimiter } from '../formats/text.ts'
import { decodeText } from './text-encoding.ts'
import { textKind } from './text-kind.ts'

const samples: [encoding: string, text: string, bytes: number[]][] = [
  ['utf-8', 'Grüße', [0x47, 0x72, 0xc3, 0xbc, 0xc3, 0x9f, 0x65]],
  [
    'windows-1252',
    'Grüße aus Köln',
    [0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x61, 0x75, 0x73, 0x20, 0x4b, 0xf6, 0x6c, 0x6e],
  ],
  ['utf-16le', 'Hi there', [...Buffer.from('Hi there', 'utf16le')]],
  ['utf-16le', 'Grüße', [0xff, 0xfe, ...Buffer.from('Grüße', 'utf16le')]],
  ['utf-16be', 'Hi', [0xfe, 0xff, 0, 0x48, 0, 0x69]],
  ['shift_jis', 'これはペンです', [0x82, 0xb1, 0x82, 0xea, 0x82, 0xcd, 0x83, 0x79, 0x83, 0x93, 0x82, 0xc5, 0x82, 0xb7]],
  ['euc-jp', 'これはペンです', [0xa4, 0xb3, 0xa4, 0xec, 0xa4, 0xcf, 0xa5, 0xda, 0xa5, 0xf3, 0xa4, 0xc7, 0xa4, 0xb9]],
  ['gb18030', '我们的合同', [0xce, 0xd2, 0xc3, 0xc7, 0xb5, 0xc4, 0xba, 0xcf, 0xcd, 0xac]],
  ['euc-kr', '안녕하세요', [0xbe, 0xc8, 0xb3, 0xe7, 0xc7, 0xcf, 0xbc, 0xbc, 0xbf, 0xe4]],
  [
    'windows-1251',
    'Договор поставки товаров',
    [
      0xc4, 0xee, 0xe3, 0xee, 0xe2, 0xee, 0xf0, 0x20, 0xef, 0xee, 0xf1, 0xf2, 0xe0, 0xe2, 0xea, 0xe8, 0x20, 0xf2, 0xee,
      0xe2, 0xe0, 0xf0, 0xee, 0xe2,
    ],
  ],
  [
    'koi8-r',
    'Договор поставки',
    [0xe4, 0xcf, 0xc7, 0xcf, 0xd7, 0xcf, 0xd2, 0x20, 0xd0, 0xcf, 0xd3, 0xd4, 0xc1, 0xd7, 0xcb, 0xc9],
  ],
]

describe('a text from an older machine', () => {
  test.each(samples)('in %s is read as %s', (encoding, text, bytes) => {
    expect(decodeText(Uint8Array.from(bytes))).toEqual({ encoding, text })
  })

  test('with zero bytes among its letters is no text', () => {
    expect(decodeText(Uint8Array.from([0x48, 0, 0, 1, 2, 0x69, 3, 0, 0, 7]))).toBeUndefined()
  })
})

describe('kinds of text', () => {
  test.each([
    ['WEBVTT\n\n00:00.000 --> 00:01.000\nHi', 'notes.txt', 'vtt'],
    ['<!DOCTYPE html><p>Hi', 'notes.txt', 'html'],
    ['<p>Hi', 'page.htm', 'html'],
    ['# Hi', 'notes.md', 'markdown'],
    ['# Hi', 'notes.txt', 'text'],
    ['a;b\n1;2', 'list.csv', 'csv'],
    ['From: a@b.c\nSubject: Hi\n\nHello', 'noname', 'eml'],
    ['From: here to there\nwe walked', 'noname', 'text'],
    ['{\\rtf1 Hi}', 'letter.doc', 'rtf'],
  ])('%j called %s is %s', (text, name, kind) => {
    expect(textKind(text, name)).toBe(kind)
  })
})

describe('comma-separated values', () => {
  test.each([
    [',', 'a,b,c\n"x, y",2,3\n'],
    [';', 'Name;Preis\nBrot;1,20\nMilch;0,99\n'],
    ['\t', 'a\tb\n1, 2\t3\n'],
    ['|', 'a|b\n1|2\n'],
  ])('separated by %j are parted there', (delimiter, text) => {
    expect(csvDelimiter(text)).toBe(delimiter)
  })

  test('keep quoted line feeds inside one cell and rows of unequal length', async () => {
    expect(outline(await readSample('id,note\n1,"two\nlines"\n2,a,extra\n', 'list.csv'))).toEqual([
      'table id\tnote\t\n1\ttwo lines\t\n2\ta\textra',
    ])
  })
})
