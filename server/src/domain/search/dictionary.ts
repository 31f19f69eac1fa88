/** The written forms of all passages, and which of them count as the same word (see `word-classes.ts`). */
import { classKey, fold, languageCode, stemmedLanguages } from './word-classes.ts'

/** A form that meets a question's word. `languages`: bit 0 for every passage, bit n for passages of stemmed language n. */
export type Form = { term: number; languages: number; exact: boolean }

export class Dictionary {
  readonly terms: string[] = []
  #ids = new Map<string, number>()
  /** Bit n: the form's stem in language n is known to `#classes`. */
  #seen: number[] = []
  /** `${code}:${key}` -> forms other than the key itself. Code 0 is the class of forms without accents. */
  #classes = new Map<string, number[]>()
  /** Letter of a script without spaces -> the bigrams that hold it; made when first asked for. */
  #letters: { size: number; map: Map<string, number[]> } | undefined

  id(term: string): number | undefined {
    return this.#ids.get(term)
  }

  /** Number of the form, new or known, and its class in the language it was met in. */
  add(term: string, code: number): number {
    let id = this.#ids.get(term)
    if (id === undefined) {
      id = this.terms.length
      this.terms.push(term)
      this.#ids.set(term, id)
      this.#seen.push(0)
      this.#join(0, fold(term), term, id)
    }
    const bit = 1 << code
    if (code > 0 && (this.#seen[id]! & bit) === 0) {
      this.#seen[id]! |= bit
      this.#join(code, classKey(term, stemmedLanguages[code - 1]!), term, id)
    }
    return id
  }

  #join(code: number, key: string, term: string, id: number): void {
    if (key === term) return
    const name = `${code}:${key}`
    const members = this.#classes.get(name)
    if (members) members.push(id)
    else this.#classes.set(name, [id])
  }

  /** All forms a question's word meets, each once. `codes`: the stemmed languages any passage is written in. */
  formsOf(word: string, codes: Iterable<number>): Form[] {
    const forms = new Map<number, Form>()
    const meet = (term: number | undefined, bit: number): void => {
      if (term === undefined) return
      const known = forms.get(term)
      if (known) known.languages |= bit
      else forms.set(term, { term, languages: bit, exact: this.terms[term] === word })
    }
    meet(this.#ids.get(word), 1)
    const folded = fold(word)
    meet(this.#ids.get(folded), 1)
    for (const member of this.#classes.get(`0:${folded}`) ?? []) meet(member, 1)
    for (const code of codes) {
      const language = stemmedLanguages[code - 1]
      if (!language) continue
      const key = classKey(word, language)
      const self = this.#ids.get(key)
      if (self !== undefined && classKey(key, language) === key) meet(self, 1 << code)
      for (const member of this.#classes.get(`${code}:${key}`) ?? []) meet(member, 1 << code)
    }
    return [...forms.values()]
  }

  /** Bigrams that hold the one letter a person asked for. */
  bigramsWith(letter: string): Form[] {
    if (this.#letters?.size !== this.terms.length) {
      const map = new Map<string, number[]>()
      this.terms.forEach((term, id) => {
        const pair = [...term]
        if (pair.length !== 2) return
        for (const one of new Set(pair)) map.set(one, [...(map.get(one) ?? []), id])
      })
      this.#letters = { size: this.terms.length, map }
    }
    const found = (this.#letters.map.get(letter) ?? []).map((term) => ({ term, languages: 1, exact: false }))
    const self = this.#ids.get(letter)
    return self === undefined ? found : [{ term: self, languages: 1, exact: true }, ...found]
  }

  static code = languageCode
}
