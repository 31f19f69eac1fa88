/**
 * Finds the encoding of plain text: byte order mark, then validity as UTF-8, then which of the common older
 * encodings gives the likeliest letters. Short texts in an older encoding can be guessed wrong; UTF-8 never is.
 */
export type DecodedText = { text: string; encoding: string }

/** The text, or undefined where the bytes are no text in any encoding known here. */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
  const encoding = markedEncoding(bytes) ?? unmarkedUtf16(bytes) ?? guessEncoding(bytes)
  if (!encoding) return undefined
  const text = encoding === 'utf-32le' ? decodeUtf32(bytes) : new TextDecoder(encoding).decode(bytes)
  return { text, encoding }
}

function markedEncoding(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return bytes[2] === 0 && bytes[3] === 0 && bytes.length % 4 === 0 ? 'utf-32le' : 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return undefined
}

function decodeUtf32(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let text = ''
  for (let at = 4; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, true)
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
  }
  return text
}

/** UTF-16 without a mark shows as zero bytes at every second place. */
function unmarkedUtf16(bytes: Uint8Array): string | undefined {
  const length = Math.min(bytes.length, 4096) & ~1
  if (length < 4) return undefined
  let even = 0
  let odd = 0
  for (let i = 0; i < length; i += 2) {
    if (bytes[i] === 0) even++
    if (bytes[i + 1] === 0) odd++
  }
  const pairs = length / 2
  if (odd > pairs * 0.4 && even < pairs * 0.05) return 'utf-16le'
  if (even > pairs * 0.4 && odd < pairs * 0.05) return 'utf-16be'
  return undefined
}

function guessEncoding(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, 65_536)
  let control = 0
  let high = 0
  for (const byte of sample) {
    if (byte === 0) return undefined
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) control++
    else if (byte >= 0x80) high++
  }
  if (control > sample.length * 0.01 + 1) return undefined
  if (sample.includes(27) && /\u001b\$[@B]|\u001b\([BJ]/.test(new TextDecoder('latin1').decode(sample)))
    return 'iso-2022-jp'
  if (high === 0 || isUtf8(bytes)) return 'utf-8'
  return guessEastAsian(sample, high) ?? guessOneByte(sample, high)
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

type EastAsian = { encoding: string; common: (lead: number, trail: number) => boolean; share: number }

/**
 * Where the everyday characters of each encoding lie. Chinese and Korean share lead bytes: level 1 of GB 2312 runs
 * through 0xD7 while Hangul ends at 0xC8, so Korean is asked first and must lie almost wholly in its range.
 */
const eastAsian: EastAsian[] = [
  {
    encoding: 'shift_jis',
    share: 0.3,
    common: (lead, trail) =>
      (lead === 0x82 && trail >= 0x9f && trail <= 0xf1) ||
      (lead === 0x83 && trail >= 0x40 && trail <= 0x96) ||
      (lead === 0x81 && trail >= 0x40 && trail <= 0x7a),
  },
  {
    encoding: 'euc-jp',
    share: 0.3,
    common: (lead, trail) => (lead === 0xa4 || lead === 0xa5) && trail >= 0xa1 && trail <= 0xf6,
  },
  { encoding: 'euc-kr', share: 0.9, common: (lead, trail) => lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1 },
  {
    encoding: 'gb18030',
    share: 0.85,
    common: (lead, trail) => ((lead >= 0xb0 && lead <= 0xd7) || lead === 0xa3 || lead === 0xa1) && trail >= 0xa1,
  },
  {
    encoding: 'big5',
    share: 0.85,
    common: (lead, trail) => lead >= 0xa1 && lead <= 0xc6 && ((trail >= 0x40 && trail <= 0x7e) || trail >= 0xa1),
  },
]

function guessEastAsian(sample: Uint8Array, high: number): string | undefined {
  for (const { encoding, common, share } of eastAsian) {
    let text: string
    try {
      // The sample may end inside a character.
      text = new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true })
    } catch {
      continue
    }
    if (/[\u0080-\u009f\ue000-\uf8ff]/.test(text)) continue
    let pairs = 0
    let everyday = 0
    for (let i = 0; i + 1 < sample.length; i++) {
      if (sample[i]! < 0x80) continue
      if (encoding === 'shift_jis' && sample[i]! >= 0xa1 && sample[i]! <= 0xdf) continue
      pairs++
      if (common(sample[i]!, sample[i + 1]!)) everyday++
      i++
    }
    // Western text has lone accented letters; two-byte text has hardly any high byte outside a pair.
    if (pairs >= 2 && everyday >= pairs * share && pairs * 2 >= high * 0.8) return encoding
  }
  return undefined
}

/** The commonest letters of languages written in each one-byte encoding. */
const oneByte: { encoding: string; letters: RegExp }[] = [
  { encoding: 'windows-1251', letters: /[оеаинтслрвкмдпуяыьзбгч]/g },
  { encoding: 'koi8-r', letters: /[оеаинтслрвкмдпуяыьзбгч]/g },
  { encoding: 'windows-1253', letters: /[αοιετσνηυρπκλμςάίόέή]/g },
  { encoding: 'windows-1255', letters: /[יוהלאמרתבשנדעחפ]/g },
  { encoding: 'windows-1256', letters: /[اليمونرتهبدسعفك]/g },
]

function guessOneByte(sample: Uint8Array, high: number): string {
  let ascii = 0
  for (const byte of sample) if ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)) ascii++
  if (high > ascii * 0.6 && high >= 8) {
    let best = { encoding: 'windows-1252', share: 0.5 }
    for (const { encoding, letters } of oneByte) {
      const found = new TextDecoder(encoding).decode(sample).match(letters)?.length ?? 0
      if (found / high > best.share) best = { encoding, share: found / high }
    }
    if (best.encoding !== 'windows-1252') return best.encoding
  }
  // Central European letters stand where 1252 has signs that never occur inside a word.
  const western = new TextDecoder('windows-1252').decode(sample)
  const odd = western.match(/(?<=\p{L})[³¹¿¼¾œŸ¶±»](?=\p{L})|\p{L}[³¹ê¿](?=\s)/gu)?.length ?? 0
  const plain = western.match(/[äöüßéèàçñáíóúåæøâêîôû]/gi)?.length ?? 0
  return odd > 2 && odd > plain ? 'windows-1250' : 'windows-1252'
}
