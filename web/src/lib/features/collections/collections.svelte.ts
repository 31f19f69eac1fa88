/** The collections the person may see, once for the rail, the palette and the pickers. Call `refresh` after a change. */
import { collections as fetchCollections } from '#lib/api/collections.ts'
import type { Collection } from '#lib/api/types.ts'

class Collections {
  items: Collection[] = $state([])
  loaded = $state(false)
  error: unknown = $state(null)

  async refresh(): Promise<void> {
    try {
      this.items = (await fetchCollections()).items
      this.error = null
    } catch (error) {
      this.error = error
    } finally {
      this.loaded = true
    }
  }

  /** Direct children by name; `null` for the top. */
  under(parentId: string | null): Collection[] {
    const known = new Set(this.items.map((item) => item.id))
    return this.items
      .filter((item) =>
        parentId === null ? item.parentId === null || !known.has(item.parentId) : item.parentId === parentId,
      )
      .sort((a, b) => a.name.localeCompare(b.name))
  }

  byId(id: string): Collection | undefined {
    return this.items.find((item) => item.id === id)
  }

  clear(): void {
    this.items = []
    this.loaded = false
  }
}

export const collections = new Collections()
