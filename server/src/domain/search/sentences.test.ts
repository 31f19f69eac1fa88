import { describe, expect, it } from 'vitest'
import { splitSentences } from './sentences.ts'

const texts = (text: string): string[] => splitSentences(text).map((sentence) => sentence.text)

describe('splitSentences', () => {
  it('splits where sentences end', () => {
    expect(texts('It rained. Did it stop? No! It went on.')).toEqual([
      'It rained.',
      'Did it stop?',
      'No!',
      'It went on.',
    ])
  })
  it('does not split after abbreviations, initials and ordinals', () => {
    expect(texts('Dr. Meier met J. Smith in No. 5 of the row. They spoke.')).toEqual([
      'Dr. Meier met J. Smith in No. 5 of the row.',
      'They spoke.',
    ])
    expect(texts('Er kommt am 3. Mai, z. B. mit Äpfeln. Sie nicht.')).toEqual([
      'Er kommt am 3. Mai, z. B. mit Äpfeln.',
      'Sie nicht.',
    ])
  })
  it('splits Chinese, Arabic and Hindi at their own marks', () => {
    expect(texts('今天下雨。明天晴天。')).toEqual(['今天下雨。', '明天晴天。'])
    expect(texts('هل وصل؟ نعم وصل.')).toEqual(['هل وصل؟', 'نعم وصل.'])
    expect(texts('यह पहला है। यह दूसरा है।')).toHaveLength(2)
  })
  it('ends a sentence at a line feed: rows of a table are no prose', () => {
    expect(texts('Rent\t900\nHeat\t80')).toEqual(['Rent\t900', 'Heat\t80'])
  })
  it('says where each sentence stands', () => {
    const text = '  One.  Two is here.\n\nThree. '
    for (const { text: sentence, start, end } of splitSentences(text)) expect(text.slice(start, end)).toBe(sentence)
    expect(splitSentences(text)).toHaveLength(3)
  })
  it('finds nothing in nothing', () => {
    expect(splitSentences(' \n ')).toEqual([])
  })
})
