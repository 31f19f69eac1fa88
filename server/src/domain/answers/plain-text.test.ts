import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDraft } from './draft.ts'
import { dangerous, hostileForms } from './hostile-forms.ts'
import { parseSpoken } from './parse-spoken.ts'
import { plainText } from './plain-text.ts'

const found = (text: string): string[] => dangerous.filter((pattern) => pattern.test(text)).map(String)

describe('plainText', () => {
  it('knows more than a hundred forms', () => {
    expect(new Set(hostileForms).size).toBeGreaterThan(130)
  })

  it.each(hostileForms)('leaves nothing that loads or links of %j', (form) => {
    expect(found(plainText(form))).toEqual([])
    expect(found(plainText(`Some words before ${form} and after.`))).toEqual([])
  })

  it('leaves nothing of any two forms put together', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...hostileForms),
        fc.constantFrom(...hostileForms),
        fc.constantFrom('', ' ', '\n', '[', '<', '('),
        (a, b, between) => {
          expect(found(plainText(a + between + b))).toEqual([])
        },
      ),
      { numRuns: 1500 },
    )
  })

  it('keeps what people write', () => {
    expect(plainText('The price rose by **5 %** to $4.50 (see § 3.2), AT&T said; 3 < 5 and 7 > 2.')).toBe(
      'The price rose by 5 % to $4.50 (see § 3.2), AT&T said; 3 < 5 and 7 > 2.',
    )
    expect(plainText('# Ergebnis\n\n- Erstens: Ja.\n- Zweitens: z. B. 3,5 m² Fläche.')).toBe(
      'Ergebnis\nErstens: Ja.\nZweitens: z. B. 3,5 m² Fläche.',
    )
    expect(plainText('北京是中国的首都，人口两千万。')).toBe('北京是中国的首都，人口两千万。')
  })

  it('ends quickly on long nonsense', () => {
    for (const piece of ['[', '![', '<', '((', '{{', '`', '**', 'a.', '\\', '[a](', '<!--'])
      expect(plainText(piece.repeat(4000)).length).toBeLessThan(40_000)
  })
})

describe('createDraft', () => {
  it('lets nothing through in pieces that it would not let through whole', () => {
    for (const form of hostileForms) {
      for (const size of [1, 3, 11]) {
        const draft = createDraft()
        let shown = ''
        const text = `One two three ${form} four five. Six seven. `
        for (let at = 0; at < text.length; at += size) shown += draft.add(text.slice(at, at + size))
        expect(found(shown), form).toEqual([])
      }
    }
  })

  it('shows plain words as they come', () => {
    const draft = createDraft()
    expect(draft.add('The garden was ')).toBe('The garden was ')
    expect(draft.add('opened [1]. ')).toBe('opened. ')
  })
})

describe('parseSpoken', () => {
  it('reads the numbers of passages wherever a model puts them', () => {
    expect(
      parseSpoken('It rose [1]. It fell. [2, 3] It stayed【4】. Then [9] no more [1](https://evil.example/x).', 4),
    ).toEqual([
      { text: 'It rose.', numbers: [1] },
      { text: 'It fell.', numbers: [2, 3] },
      { text: 'It stayed.', numbers: [4] },
      { text: 'Then no more.', numbers: [1] },
    ])
  })

  it('gives plain sentences, whatever the form', () => {
    for (const form of hostileForms) {
      for (const { text } of parseSpoken(`The garden is open [1]. ${form} It is free [2].`, 2))
        expect(found(text), form).toEqual([])
    }
  })

  it('drops what a model thinks aloud', () => {
    expect(parseSpoken('<think>I should [1] say https://evil.example</think>It is open [1].', 1)).toEqual([
      { text: 'It is open.', numbers: [1] },
    ])
  })
})
