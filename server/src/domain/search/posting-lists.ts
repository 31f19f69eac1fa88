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

  /**
   * Hands over the term's postings as one or two slices [from, to) of plain arrays, in rising order of passage: so that the
   * loops over them stay loops over numbers.
   */
  read(term: number, visit: (passages: Uint32Array, frequencies: Uint8Array, from: number, to: number) => void): void {
    if (term + 1 < this.#offsets.length) {
      const [from, to] = [this.#offsets[term]!, this.#offsets[term + 1]!]
      if (from < to) visit(this.#passages, this.#frequencies, from, to)
    }
    const list = this.#added[term]
    if (!list) return
    const passages = Uint32Array.from(list, (packed) => Math.floor(packed / 256))
    visit(
      passages,
      Uint8Array.from(list, (packed) => packed & 255),
      0,
      list.length,
    )
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
      this.read(term, (list, counts, from, to) => {
        for (let i = from; i < to; i++) {
          const number = renumber ? renumber[list[i]!]! : list[i]!
          if (number < 0) continue
          passages[at] = number
          frequencies[at++] = counts[i]!
        }
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
