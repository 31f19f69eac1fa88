import { describe, expect, it } from 'vitest'
import { checkSentence, type Cited } from './check.ts'
import { figuresIn, stands } from './numbers.ts'
import { namesIn } from './names.ts'
import { joinFollowUp, leansBack } from './follow-up.ts'

const source: Cited[] = [
  {
    text: 'On 12 March 2024 Acme paid 1,250,000 euros for the plant in Lindenau, 5 % more than in 2019. Clara Vogt signed the contract.',
    language: 'en',
    about: 'Annual report of Acme',
  },
]
const check = (sentence: string) => checkSentence(sentence, source)

describe('checkSentence', () => {
  it('supports what stands there, in other words of the same stem too', () => {
    expect(check('Acme paid 1.25 million euros for the plant in Lindenau.')).toMatchObject({
      support: 'supported',
      doubt: null,
    })
    expect(check('The contracts were signed by Clara Vogt.')).toMatchObject({ support: 'supported' })
  })

  it.each([
    ['Acme paid 1,350,000 euros for the plant.', 'The figure 1,350,000 does not stand in the source.'],
    ['Acme paid 5 euros for the plant in Lindenau.', 'The figure 5 does not stand in the source.'],
    ['Acme paid for the plant on 13 March 2024.', 'The date 13 March 2024 does not stand in the source.'],
    ['The plant cost 6 % more than in 2018.', 'The figures 6 and 2018 do not stand in the source.'],
    ['Acme paid seven million euros for the plant.', 'The figure seven does not stand in the source.'],
  ])('marks "%s"', (sentence, doubt) => {
    expect(check(sentence)).toMatchObject({ support: 'unsupported', doubt })
  })

  it('marks a name that stands nowhere in the source', () => {
    expect(check('Acme paid for the plant in Lindenau, said Karl Meier.')).toMatchObject({
      support: 'partly',
      doubt: 'Karl and Meier do not stand in the source.',
    })
  })

  it('does not support what the source does not speak of, or what has no source', () => {
    expect(check('Whales breathe air through lungs.').support).toBe('unsupported')
    expect(checkSentence('Acme paid.', []).support).toBe('unsupported')
  })
})

describe('figures', () => {
  const same = (a: string, b: string): boolean => figuresIn(a).every((figure) => stands(figure, figuresIn(b)))
  it.each([
    ['12 March 2024', 'am 12. März 2024'],
    ['2024-03-12', 'March 12, 2024'],
    ['March 2024', '12.03.2024'],
    ['2024', '12 March 2024'],
    ['5 million', '5,000,000'],
    ['1.234,5', '1,234.5'],
    ['1 234 567', '1,234,567'],
    ['٣٤', '34'],
    ['5 %', '5 percent'],
    ['three', '3'],
    ['3 Mio.', '3000000'],
  ])('%s is %s', (a, b) => expect(same(a, b)).toBe(true))
  it.each([
    ['5 %', '5'],
    ['5 million', '5 billion'],
    ['12 March 2024', '12 May 2024'],
    ['15', '1.5'],
    ['4,200', '4,300'],
    ['-3', '3'],
  ])('%s is not %s', (a, b) => expect(same(a, b)).toBe(false))
})

describe('names', () => {
  it('takes capitals for names where a text writes only names with them', () => {
    expect(namesIn('Yesterday the mayor Clara Vogt met IBM in Paris.').map(({ text }) => text)).toEqual([
      'Clara',
      'Vogt',
      'IBM',
      'Paris',
    ])
    expect(
      namesIn('Die Kosten der Prüfung stiegen im Jahr nach dem Vertrag mit Karl Meier.').map(({ text }) => text),
    ).toEqual(['Karl', 'Meier'])
  })
})

describe('follow-up questions', () => {
  it('lean back when they are short or point at something', () => {
    expect(leansBack('And when did it close?')).toBe(true)
    expect(leansBack('Und warum?')).toBe(true)
    expect(leansBack('How many hectares does the garden of Lindenau cover?')).toBe(false)
  })
  it('take the words of the question before', () => {
    expect(joinFollowUp('And when did it close?', 'When was the town garden of Lindenau opened?')).toBe(
      'And when did it close? town garden Lindenau opened',
    )
    expect(joinFollowUp('人口呢？', '北京的面积是多少？')).toBe('人口呢？ 北京的面积是多少？')
  })
})
