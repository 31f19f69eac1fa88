/**
 * Turns a model's output into plain text. What a model says may repeat what a hostile document told it to say, so nothing in
 * it may load, link or draw: no markup, no addresses, no invisible characters. The page shows the result as text all the
 * same; this is the second lock, not the only one.
 */

/** Bidi controls, zero width, soft hyphen, tags, variation selectors, interlinear marks, private use, other controls. */
const invisible =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\uE000-\uF8FF\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}\u{F0000}-\u{10FFFF}]/gu
const wide = /[\uFF01-\uFF5E]/g
const CHAR = '[^\\s<>"\'`|()\\[\\]{}]'
const SCHEME = '(?:[a-z][a-z0-9+.-]{1,30})'

/** Each is applied until nothing changes, since what is left after one may be the other's form. */
const passes: [RegExp, string][] = [
  // Whole elements whose inside is not text, comments, then any tag; an unfinished one loses its bracket at the end.
  [/<\s*(script|style|iframe|object|svg|math|template|noscript|title|textarea)\b[\s\S]*?<\s*\/\s*\1\s*>/giu, ' '],
  [/<!--[\s\S]*?(?:-->|$)/gu, ' '],
  [/<!\[CDATA\[|\]\]>/giu, ' '],
  [/<\/?[a-z!?%][^<>]*>/giu, ' '],
  // Markdown and wiki images and links, nested or not: the words stay, the target goes.
  [/!\[([^[\]]*)\]\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)?|\[[^[\]]*\])/gu, '$1'],
  [/\[([^[\]]*)\]\s*\([^()]*(?:\([^()]*\)[^()]*)*\)?/gu, '$1'],
  [/^\s{0,3}\[[^[\]]+\]:.*$/gmu, ' '],
  [/\[\[([^[\]|]*)(?:\|([^[\]]*))?\]\]/gu, '$1 $2'],
  [/\[([^[\]]*)\]\s*\[[^[\]]*\]/gu, '$1'],
  // BBCode, style sheets, typesetting, diagrams and templates.
  [/\[\s*\/?\s*(?:url|img|email|quote|code|video|audio|iframe|color|size|font)\b[^[\]]*\]/giu, ' '],
  [/@(?:import|charset|font-face|namespace)\b[^;\n]*;?/giu, ' '],
  [/\b(?:url|src|image-set|expression|attr)\([^()]*\)?/giu, ' '],
  [
    /\\(?:href|url|hyperref|hyperlink|includegraphics|input|include|html[a-z]*|write\d*|unicode|require|class|cssId|style|def|newcommand|catcode|special|verb)\b\*?\s*(?:\[[^\]]*\])?\s*(?:\{[^{}]*\})?/giu,
    ' ',
  ],
  [/\\(?:begin|end)\s*\{[^{}]*\}/gu, ' '],
  [/\\[a-z]+\*?/giu, ' '],
  [/\$\{[^}]*\}?|\{\{[\s\S]*?(?:\}\}|$)|<%[\s\S]*?(?:%>|$)/gu, ' '],
  [/^\s*(?:\.\.|!)\s*\w+::.*$/gmu, ' '],
  [/^\s*(?:click|href|link|linkStyle|classDef)\s+\S+\s+.*(?:\/\/|["']).*$/gimu, ' '],
  // Attributes that load or run.
  [
    /\b(?:href|src|srcset|srcdoc|action|formaction|poster|background|data|xlink:href|style|on[a-z]{3,})\s*=\s*(?:"[^"]*"?|'[^']*'?|[^\s"'>]+)/giu,
    ' ',
  ],
  // Addresses: with a scheme, without one, of mail, of a share.
  [
    new RegExp(
      `\\b(?:data|javascript|vbscript|livescript|mailto|tel|sms|file|blob|about|view-source|urn|magnet|intent|feed|jar|wss?|ftps?|sftp|ssh|ldaps?|smb|cid|mid|geo|facetime|skype|slack|zoommtg|ms-[a-z-]+|obsidian|vscode|chrome|resource|https?|gopher|news|nntp|irc|git|svn|telnet)\\s{0,2}[:：﹕∶]${CHAR}+`,
      'giu',
    ),
    ' ',
  ],
  [new RegExp(`${SCHEME}?\\s?[:：﹕∶]?\\s?[/\\\\／∕⁄⧸]{2,}\\s?${CHAR}*`, 'giu'), ' '],
  [new RegExp(`\\bwww\\d{0,3}\\s?[.。．]${CHAR}*`, 'giu'), ' '],
  [new RegExp(`(?<![\\p{L}\\p{N}])(?:[\\p{L}\\p{N}-]+[.。．])+\\p{L}{2,24}(?::\\d+)?[/?#\\\\]${CHAR}*`, 'giu'), ' '],
  [new RegExp(`(?<!\\d)(?:\\d{1,3}\\.){3}\\d{1,3}(?::\\d+|[/?#])${CHAR}*`, 'gu'), ' '],
  [/\b(?:javascript|vbscript|mailto)\s*[:：﹕∶]/giu, ' '],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu, ' '],
]

/** Signs of markdown that say nothing as text. */
const signs: [RegExp, string][] = [
  [/^\s*(?:```|~~~).*$/gmu, ' '],
  [/`+/gu, ''],
  [/^\s{0,3}#{1,6}\s+/gmu, ''],
  [/^\s{0,3}>+\s?/gmu, ''],
  [/^\s*[-*+•]\s+/gmu, ''],
  [/^\s*\|?(?:\s*:?-{2,}:?\s*\|)+.*$/gmu, ' '],
  [/\s*\|\s*/gu, ' '],
  [/(\*\*|__|~~|==)(?=\S)([\s\S]*?\S)\1/gu, '$2'],
  [/(?<![\p{L}\p{N}])[*_](?=\S)([^*_\n]*\S)[*_](?![\p{L}\p{N}])/gu, '$1'],
  [/[*]{2,}|_{2,}|~{2,}/gu, ' '],
  [/\$\$/gu, ' '],
]

/** Plain text of `raw`. Line breaks stay, spaces are drawn together. Never throws, always ends: at most twelve rounds. */
export function plainText(raw: string): string {
  let text = raw.slice(0, 50_000)
  for (let round = 0; round < 12; round++) {
    const before = text
    text = visible(text)
    for (const [pattern, by] of passes) text = text.replace(pattern, by)
    for (const [pattern, by] of signs) text = text.replace(pattern, by)
    if (text === before) break
  }
  return (
    text
      // "p < 0.05" stays a comparison.
      .replace(/(?<! )[<>]|[<>](?! [\p{N}−-])/gu, ' ')
      .replace(/[[\]{}\\]/gu, ' ')
      .replace(/:(?=[/\\])|[/\\]{2,}/gu, ' ')
      .replace(/[^\S\n]+/gu, ' ')
      .replace(/ *\n */gu, '\n')
      .replace(/\n{2,}/gu, '\n')
      .replace(/ ([.,;:!?])(?=\s|$)/gu, '$1')
      .trim()
  )
}

function visible(text: string): string {
  return decodeEntities(text)
    .replace(invisible, '')
    .replace(wide, (character) =>
      /[\uFF0C\uFF1A\uFF1B\uFF01\uFF1F\uFF08\uFF09]/.test(character)
        ? character
        : String.fromCharCode(character.charCodeAt(0) - 0xfee0),
    )
    .replace(/[\u2028\u2029\u0085]/gu, '\n')
}

const named: Record<string, string> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  colon: ':',
  sol: '/',
  bsol: '\\',
  lpar: '(',
  rpar: ')',
  lsqb: '[',
  rsqb: ']',
  lbrack: '[',
  rbrack: ']',
  excl: '!',
  period: '.',
  commat: '@',
  num: '#',
  Tab: ' ',
  NewLine: '\n',
  grave: '`',
  equals: '=',
  shy: '',
  zwnj: '',
  zwj: '',
  lrm: '',
  rlm: '',
}

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));?/giu,
    (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) return named[name] ?? named[name.toLowerCase()] ?? whole
      const code = hex === undefined ? Number(decimal) : parseInt(hex, 16)
      return code > 0 && code < 0x110000 && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : ''
    },
  )
}
