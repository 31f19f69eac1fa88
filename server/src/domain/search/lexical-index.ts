/**
 * Exact BM25 in memory over all current passages, for one asker at a time.
 *
 * Permissions: the caller brings the numbers of the documents the asker may see, and perhaps of those that also pass the filters.
 * Document frequencies, the number of passages and their mean length are counted over what the ASKER may see, never over the
 * whole: otherwise a score would tell how often a word stands in documents that do not exist for them. Filters choose among the
 * visible and leave the statistics as they are, so a filter never reorders.
 *
 * Scoring: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the idf of Lucene,
 * ln(1 + (N - df + .5) / (df + .5)). A question's word and the forms it meets are one term: their frequencies are added before
 * saturation, and df counts passages with any of them.
 */
import { bestOf } from './best.ts'
import { Dictionary, type Form } from './dictionary.ts'
import { PostingLists } from './posting-lists.ts'
import { type Postings, postingsOf, together } from './postings.ts'
import { isLoneLetter } from './tokens.ts'
import { languageCode } from './word-classes.ts'

export type IndexedPassage = { id: number; postings: Postings }

/** What one asker sees: made by `LexicalIndex.view`, good until the next change of the index. */
export type View = {
  /** By passage: 0 hidden, 1 visible, 3 visible and within the filters. */
  mask: Uint8Array
  passages: number
  /** Of these, within the filters. */
  filteredPassages: number
  meanLength: number
  generation: number
}

export type LexicalHit = {
  passageId: number
  documentNo: number
  score: number
  /** score as a share, 0 to 1, of what a passage could reach that held every word of the question without end. */
  share: number
  /** Positions in the question's words that this passage holds; of the first 32 words. */
  matched: number[]
}

export type LexicalResult = {
  /** Best first; equal scores in the order of document number, then of the passage in its document. */
  hits: LexicalHit[]
  /** For each of the question's words: in how many visible passages it stands. */
  frequencies: number[]
  /** Passages within the filters that hold at least one word. */
  total: number
}

type Document = { no: number; first: number; count: number; length: number; alive: boolean }

export type Weighted = { term: string; weight: number }

export type Bm25 = {
  k1: number
  b: number
  /** Weight of a form met by stem or without accents against the very form. */ variant: number
}
/** Tuned on the training claims of SciFact and the spare questions of SQuAD 2 (see test/eval). */
export const bm25: Bm25 = { k1: 1.2, b: 0.75, variant: 0.6 }

export class LexicalIndex {
  #dictionary = new Dictionary()
  #lists = new PostingLists()
  #ids: number[] = []
  #current = new Set<number>()
  #slots = new Uint32Array(1024)
  #lengths = new Uint16Array(1024)
  #languages = new Uint8Array(1024)
  #documents: Document[] = []
  #slotOf = new Map<number, number>()
  #codes = new Map<number, number>()
  #dead = 0
  #generation = 0
  // Scratch space of a search, by passage; always left as zeros.
  #sum = new Float32Array(1024)
  #tf = new Float32Array(1024)
  #matched = new Uint32Array(1024)

  get size(): { documents: number; passages: number; terms: number; postings: number } {
    const terms = this.#dictionary.terms.length
    return { documents: this.#slotOf.size, passages: this.#ids.length - this.#dead, terms, postings: this.#lists.count }
  }

  /** True for a passage of a document's current version. */
  isCurrent(passageId: number): boolean {
    return this.#current.has(passageId)
  }

  /**
   * Puts a document's passages in; those it had before are gone in the same step. The words of `title` count as words of
   * every passage.
   */
  setDocument(no: number, passages: IndexedPassage[], title = ''): void {
    this.removeDocument(no)
    const slot = this.#documents.length
    const document = { no, first: this.#ids.length, count: passages.length, length: 0, alive: true }
    this.#documents.push(document)
    this.#slotOf.set(no, slot)
    this.#reserve(this.#ids.length + passages.length)
    const heading = postingsOf(title)
    for (const { id, postings: own } of passages) {
      const postings = heading.length === 0 ? own : together(own, heading)
      const ordinal = this.#ids.length
      const code = languageCode(postings.language)
      this.#ids.push(id)
      this.#current.add(id)
      this.#slots[ordinal] = slot
      this.#lengths[ordinal] = Math.min(postings.length, 65_535)
      this.#languages[ordinal] = code
      document.length += postings.length
      if (code > 0) this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1)
      postings.terms.forEach((term, i) => {
        this.#lists.add(this.#dictionary.add(term, code), ordinal, postings.frequencies[i]!)
      })
    }
    this.#generation++
    if (this.#lists.needsPacking) this.#lists.pack(this.#dictionary.terms.length)
  }

  removeDocument(no: number): void {
    const slot = this.#slotOf.get(no)
    if (slot === undefined) return
    const document = this.#documents[slot]!
    document.alive = false
    for (let i = 0; i < document.count; i++) this.#current.delete(this.#ids[document.first + i]!)
    this.#slotOf.delete(no)
    this.#dead += document.count
    this.#generation++
    if (this.#dead > 10_000 && this.#dead > this.#ids.length / 4) this.compact()
  }

  /** Worth calling after many documents came in at once. */
  pack(): void {
    this.#lists.pack(this.#dictionary.terms.length)
  }

  /** Forgets removed passages and packs all lists. */
  compact(): void {
    const fresh = new LexicalIndex()
    const renumber = new Int32Array(this.#ids.length).fill(-1)
    fresh.#reserve(this.#ids.length - this.#dead)
    for (const document of this.#documents) {
      if (!document.alive) continue
      const first = fresh.#ids.length
      const slot = fresh.#documents.length
      fresh.#documents.push({ ...document, first })
      fresh.#slotOf.set(document.no, slot)
      for (let i = 0; i < document.count; i++) {
        const [from, to] = [document.first + i, first + i]
        renumber[from] = to
        fresh.#ids.push(this.#ids[from]!)
        fresh.#slots[to] = slot
        fresh.#lengths[to] = this.#lengths[from]!
        fresh.#languages[to] = this.#languages[from]!
      }
    }
    this.#lists.pack(this.#dictionary.terms.length, renumber)
    this.#ids = fresh.#ids
    this.#slots = fresh.#slots
    this.#lengths = fresh.#lengths
    this.#languages = fresh.#languages
    this.#documents = fresh.#documents
    this.#slotOf = fresh.#slotOf
    this.#sum = fresh.#sum
    this.#tf = fresh.#tf
    this.#matched = fresh.#matched
    this.#dead = 0
    this.#generation++
  }

  #reserve(passages: number): void {
    if (passages <= this.#slots.length) return
    const size = Math.max(passages, this.#slots.length * 2)
    const [slots, lengths, languages] = [this.#slots, this.#lengths, this.#languages]
    this.#slots = new Uint32Array(size)
    this.#slots.set(slots)
    this.#lengths = new Uint16Array(size)
    this.#lengths.set(lengths)
    this.#languages = new Uint8Array(size)
    this.#languages.set(languages)
    this.#sum = new Float32Array(size)
    this.#tf = new Float32Array(size)
    this.#matched = new Uint32Array(size)
  }

  /** Numbers not in the index count for nothing. Without `filtered` every visible document is within the filters. */
  view(visible: Iterable<number>, filtered?: Iterable<number>): View {
    const mask = new Uint8Array(this.#ids.length)
    let passages = 0
    let filteredPassages = 0
    let length = 0
    const mark = (no: number, from: number, to: number): Document | undefined => {
      const document = this.#documents[this.#slotOf.get(no) ?? -1]
      if (!document || document.count === 0 || mask[document.first] !== from) return undefined
      mask.fill(to, document.first, document.first + document.count)
      return document
    }
    for (const no of visible) {
      const document = mark(no, 0, filtered ? 1 : 3)
      passages += document?.count ?? 0
      length += document?.length ?? 0
    }
    for (const no of filtered ?? []) filteredPassages += mark(no, 1, 3)?.count ?? 0
    if (!filtered) filteredPassages = passages
    return {
      mask,
      passages,
      filteredPassages,
      meanLength: passages === 0 ? 1 : length / passages,
      generation: this.#generation,
    }
  }

  #forms(word: string): Form[] {
    return isLoneLetter(word) ? this.#dictionary.bigramsWith(word) : this.#dictionary.formsOf(word, this.#codes.keys())
  }

  search(words: Weighted[], view: View, options: { limit: number; parameters?: Bm25 }): LexicalResult {
    if (view.generation !== this.#generation)
      throw new Error('The index has changed since this view was made; make it again.')
    const { k1, b, variant } = options.parameters ?? bm25
    const sum = this.#sum
    const matched = this.#matched
    const { mask } = view
    const norm = k1 * (1 - b)
    const perLength = (k1 * b) / view.meanLength
    const scored: number[] = []
    const frequencies: number[] = []
    let most = 0
    words.forEach(({ term, weight }, word) => {
      const holders = this.#collect(this.#forms(term), mask, variant)
      const idf = weight * Math.log(1 + (view.passages - holders.length + 0.5) / (holders.length + 0.5))
      most += idf * (k1 + 1)
      frequencies.push(holders.length)
      const bit = word < 32 ? 1 << word : 0
      for (let i = 0; i < holders.length; i++) {
        const passage = holders[i]!
        const frequency = this.#tf[passage]!
        this.#tf[passage] = 0
        if (mask[passage] !== 3) continue
        if (sum[passage] === 0) scored.push(passage)
        sum[passage]! += (idf * frequency * (k1 + 1)) / (frequency + norm + perLength * this.#lengths[passage]!)
        matched[passage]! |= bit
      }
    })
    const hits = bestOf(scored, options.limit, (x, y) => this.#worse(x, y)).map((passage): LexicalHit => {
      const score = sum[passage]!
      return {
        passageId: this.#ids[passage]!,
        documentNo: this.#documents[this.#slots[passage]!]!.no,
        score,
        share: most === 0 ? 0 : score / most,
        matched: words.slice(0, 32).flatMap((_, word) => ((matched[passage]! & (1 << word)) === 0 ? [] : [word])),
      }
    })
    for (const passage of scored) sum[passage] = matched[passage] = 0
    return { hits, frequencies, total: scored.length }
  }

  /** Visible passages with any of the forms; leaves their added-up frequencies in `#tf`. */
  #collect(forms: readonly Form[], mask: Uint8Array, variant: number): number[] {
    const tf = this.#tf
    const languages = this.#languages
    const holders: number[] = []
    for (const form of forms) {
      const share = form.exact ? 1 : variant
      const everywhere = (form.languages & 1) !== 0
      this.#lists.read(form.term, (passages, frequencies, from, to) => {
        for (let i = from; i < to; i++) {
          const passage = passages[i]!
          if (mask[passage] === 0) continue
          if (!everywhere && (form.languages & (1 << languages[passage]!)) === 0) continue
          if (tf[passage] === 0) holders.push(passage)
          tf[passage]! += frequencies[i]! * share
        }
      })
    }
    return holders
  }

  /** Passage a stands behind passage b: lower score, then later document, then later in its document. */
  #worse(a: number, b: number): boolean {
    if (this.#sum[a]! !== this.#sum[b]!) return this.#sum[a]! < this.#sum[b]!
    const [x, y] = [this.#documents[this.#slots[a]!]!.no, this.#documents[this.#slots[b]!]!.no]
    return x === y ? a > b : x > y
  }

  /** Every written form, in order of first sight: candidates for spelling; check each with `frequency`. */
  get vocabulary(): readonly string[] {
    return this.#dictionary.terms
  }

  /** Visible passages that hold this very form. */
  frequency(term: string, view: View): number {
    const id = this.#dictionary.id(term)
    let count = 0
    if (id !== undefined) {
      this.#lists.read(id, (passages, _, from, to) => {
        for (let i = from; i < to; i++) if (view.mask[passages[i]!] !== 0) count++
      })
    }
    return count
  }
}
