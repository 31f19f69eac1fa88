/** Collections as a tree: rows with their depth, paths, and what lies below. Pure, so that each can be tried alone. */
import type { Collection } from '#lib/api/types.ts'

export type TreeRow = { collection: Collection; depth: number; hasChildren: boolean }

/** Those whose parent the reader may not see stand at the top. */
function childrenOf(items: readonly Collection[]): Map<string | null, Collection[]> {
  const known = new Set(items.map((item) => item.id))
  const map = new Map<string | null, Collection[]>()
  for (const item of items) {
    const parent = item.parentId && known.has(item.parentId) ? item.parentId : null
    map.set(parent, [...(map.get(parent) ?? []), item])
  }
  for (const list of map.values()) list.sort((a, b) => a.name.localeCompare(b.name))
  return map
}

/** All rows in reading order; what lies below a closed one is left out. */
export function treeRows(items: readonly Collection[], isOpen: (id: string) => boolean): TreeRow[] {
  const children = childrenOf(items)
  const rows: TreeRow[] = []
  const walk = (parent: string | null, depth: number) => {
    for (const collection of children.get(parent) ?? []) {
      const hasChildren = children.has(collection.id)
      rows.push({ collection, depth, hasChildren })
      if (hasChildren && isOpen(collection.id)) walk(collection.id, depth + 1)
    }
  }
  walk(null, 0)
  return rows
}

/** From the top down to the collection itself; empty where it is not known. */
export function pathTo(items: readonly Collection[], id: string): Collection[] {
  const byId = new Map(items.map((item) => [item.id, item]))
  const path: Collection[] = []
  for (let at = byId.get(id); at && !path.includes(at); at = at.parentId ? byId.get(at.parentId) : undefined)
    path.unshift(at)
  return path
}

/** The collection and all below it: where it cannot be moved to. */
export function withBelow(items: readonly Collection[], id: string): Set<string> {
  const children = childrenOf(items)
  const found = new Set<string>()
  const walk = (one: string) => {
    if (found.has(one)) return
    found.add(one)
    for (const child of children.get(one) ?? []) walk(child.id)
  }
  walk(id)
  return found
}
