/** Which rows are chosen: one by one, a range from the last one touched (Shift), or all that are shown. Lives across pages. */
import { SvelteMap } from 'svelte/reactivity'
import type { DocumentItem } from '#lib/api/types.ts'

export class Selection {
  readonly #chosen = new SvelteMap<string, DocumentItem>()
  #anchor: string | null = null

  get items(): DocumentItem[] {
    return [...this.#chosen.values()]
  }
  get size(): number {
    return this.#chosen.size
  }
  has(id: string): boolean {
    return this.#chosen.has(id)
  }

  toggle(item: DocumentItem, on = !this.has(item.id)): void {
    if (on) this.#chosen.set(item.id, item)
    else this.#chosen.delete(item.id)
    this.#anchor = item.id
  }

  /** From the anchor to the item, both included; without an anchor the item alone. */
  extend(rows: readonly DocumentItem[], item: DocumentItem): void {
    const to = rows.findIndex((row) => row.id === item.id)
    const from = rows.findIndex((row) => row.id === this.#anchor)
    if (from < 0 || to < 0) return this.toggle(item, true)
    for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) this.#chosen.set(row.id, row)
  }

  only(item: DocumentItem): void {
    this.#chosen.clear()
    this.toggle(item, true)
  }

  all(rows: readonly DocumentItem[], on: boolean): void {
    for (const row of rows) {
      if (on) this.#chosen.set(row.id, row)
      else this.#chosen.delete(row.id)
    }
  }

  /** Rows that were loaded anew replace what was known of them. */
  renew(rows: readonly DocumentItem[]): void {
    for (const row of rows) if (this.has(row.id)) this.#chosen.set(row.id, row)
  }

  drop(ids: readonly string[]): void {
    for (const id of ids) this.#chosen.delete(id)
  }
  clear(): void {
    this.#chosen.clear()
    this.#anchor = null
  }
}
