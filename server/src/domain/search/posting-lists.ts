/**
 * Posting lists that grow while they are read: a packed base (term -> passages in rising order, 5 bytes a posting) and, over
 * it, the additions since the last packing. Packing runs when the additions reach a quarter of the base, so its cost is a
 * constant share of all additions.
 */
export class PostingLists {
  #offsets = new Uint32Array(1)
  #passages = new Uint32Array(0)
  #frequencies = new Uint8Array(0)
  /** term -> passage * 256 + frequency */
  #added: (number[] | undefined)[] = []
  #addedCount = 0

  get count(): number {
    return this.#passages.length + this.#addedCount
  }

  /** Passages must come in rising order. */
  add(term: number, passage: number, frequency: number): void {
    const list = this.#added[term]
    const packed = passage * 256 + frequency
    if (list) list.push(packed)
    else {
      while (this.#added.length <= term) this.#added.push(undefined)
      this.#added[term] = [packed]
    }
    this.#addedCount++
  }

  forEach(term: number, visit: (passage: number, frequency: number) => void): void {
    if (term + 1 < this.#offsets.length) {
      const end = this.#offsets[term + 1]!
      for (let i = this.#offsets[term]!; i < end; i++) visit(this.#passages[i]!, this.#frequencies[i]!)
    }
    const list = this.#added[term]
    if (list) for (const packed of list) visit(Math.floor(packed / 256), packed & 255)
  }

  /** True as soon as `wanted` holds for one passage of the term. */
  some(term: number, wanted: (passage: number) => boolean): boolean {
    if (term + 1 < this.#offsets.length) {
      const end = this.#offsets[term + 1]!
      for (let i = this.#offsets[term]!; i < end; i++) if (wanted(this.#passages[i]!)) return true
    }
    return this.#added[term]?.some((packed) => wanted(Math.floor(packed / 256))) ?? false
  }

  get needsPacking(): boolean {
    return this.#addedCount > 250_000 && this.#addedCount > this.#passages.length / 4
  }

  /** Moves the additions into the base. `renumber` gives each passage its new number, or -1 for one that is gone. */
  pack(terms: number, renumber?: Int32Array): void {
    const most = this.count
    const offsets = new Uint32Array(terms + 1)
    const passages = new Uint32Array(most)
    const frequencies = new Uint8Array(most)
    let at = 0
    for (let term = 0; term < terms; term++) {
      this.forEach(term, (passage, frequency) => {
        const number = renumber ? renumber[passage]! : passage
        if (number < 0) return
        passages[at] = number
        frequencies[at++] = frequency
      })
      offsets[term + 1] = at
    }
    this.#offsets = offsets
    this.#passages = at === most ? passages : passages.slice(0, at)
    this.#frequencies = at === most ? frequencies : frequencies.slice(0, at)
    this.#added = []
    this.#addedCount = 0
  }
}
