import { describe, expect, it } from 'vitest'
import { isLoneLetter, tokenise } from './tokens.ts'

const terms = (text: string): string[] => tokenise(text).map((token) => token.term)

describe('tokenise', () => {
  it('reads words in lower case whatever form their letters came in', () => {
    expect(terms('Ｆｕｌｌ WIDTH and ﬁne')).toEqual(['full', 'width', 'and', 'fine'])
  })
  it('keeps vowel signs with their letters', () => {
    expect(terms('हिन्दी भाषा')).toEqual(['हिन्दी', 'भाषा'])
  })
  it('does not cut at a soft hyphen', () => {
    expect(terms('Ver\u00ADsicherung')).toEqual(['versicherung'])
  })
  it('cuts scripts without spaces into pairs, and only those, in a mixed text', () => {
    expect(terms('COVID病毒检测 2020')).toEqual(['covid', '病毒', '毒检', '检测', '2020'])
    expect(terms('ภาษา')).toEqual(['ภา', 'าษ', 'ษา'])
  })
  it('keeps a code whole beside its parts', () => {
    expect(terms('Teil AB-12/3')).toEqual(['teil', 'ab', '12', '3', 'ab-12/3'])
    expect(terms('nach § 4.2 gilt')).toEqual(['nach', '4', '2', '§4.2', '4.2', 'gilt'])
    expect(terms('see Report_final.pdf')).toEqual(['see', 'report', 'final', 'pdf', 'report_final.pdf'])
    expect(terms('C++ or C#')).toEqual(['c', 'c++', 'or', 'c', 'c#'])
  })
  it('makes no code of two hyphened words', () => {
    expect(terms('follow-up')).toEqual(['follow', 'up'])
  })
  it('reads a code the same with a typographic dash', () => {
    expect(terms('IL‑6')).toContain('il-6')
  })
  it('says where each term stands in the given text', () => {
    const text = 'Über § 4.2 – 税金です'
    for (const token of tokenise(text)) {
      const raw = text.slice(token.start, token.end).normalize('NFKC').toLowerCase().replace(/\s/g, '')
      expect(raw).toBe(token.term)
    }
  })
  it('survives a text of nothing but marks and controls', () => {
    expect(terms('—… \u0000 ¿?')).toEqual([])
  })
  it('knows a lone letter of a script without spaces', () => {
    expect([isLoneLetter('税'), isLoneLetter('a'), isLoneLetter('税金')]).toEqual([true, false, false])
  })
})
