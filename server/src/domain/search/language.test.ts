import { describe, expect, it } from 'vitest'
import { detectLanguage } from './language.ts'

describe('detectLanguage', () => {
  it.each([
    ['en', 'The contract ends when either party gives notice, and the deposit is returned within a month.'],
    [
      'de',
      'Der Vertrag endet mit der Kündigung durch eine der Parteien, und die Kaution wird binnen eines Monats zurückgezahlt.',
    ],
    ['es', 'El contrato termina cuando una de las partes lo comunica, y la fianza se devuelve en el plazo de un mes.'],
    ['fr', 'Le contrat prend fin lorsque l’une des parties le dénonce, et le dépôt est rendu dans un délai d’un mois.'],
    [
      'nl',
      'Het contract eindigt wanneer een van de partijen het opzegt, en de borg wordt binnen een maand teruggegeven.',
    ],
    [
      'ar',
      'ينتهي العقد عندما يقوم أحد الطرفين بإخطار الطرف الآخر، وتعاد الوديعة في غضون شهر من ذلك التاريخ على أي حال.',
    ],
    [
      'ru',
      'Договор прекращается, когда одна из сторон заявляет об этом, и залог возвращается в течение месяца после этого.',
    ],
    ['zh', '合同在任何一方通知后终止，押金在一个月内退还。'],
    ['ja', '契約はいずれかの当事者が通知した時に終了します。'],
    ['ko', '계약은 어느 한 당사자가 통지하면 종료됩니다.'],
  ])('knows %s', (language, text) => {
    expect(detectLanguage(text)).toBe(language)
  })
  it('says nothing about a text too short or without words', () => {
    expect(detectLanguage('Invoice 4711')).toBeUndefined()
    expect(detectLanguage('12 34 56')).toBeUndefined()
    expect(detectLanguage('')).toBeUndefined()
  })
})
