/** What this person did last in this browser: searches and opened documents, for the palette. Never leaves the browser. */
export type Recent = { kind: 'search'; text: string } | { kind: 'document'; id: string; title: string }

const LIMIT = 8
const keyOf = (personId: string) => `innosynth.recent.${personId}`

export function recents(personId: string): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(personId)) ?? '[]')
    return Array.isArray(kept) ? (kept as Recent[]).slice(0, LIMIT) : []
  } catch {
    return []
  }
}

export function remember(personId: string, item: Recent): void {
  const same = (other: Recent) =>
    item.kind === 'search'
      ? other.kind === 'search' && other.text === item.text
      : other.kind === 'document' && other.id === item.id
  try {
    localStorage.setItem(
      keyOf(personId),
      JSON.stringify([item, ...recents(personId).filter((one) => !same(one))].slice(0, LIMIT)),
    )
  } catch {
    // Nothing is remembered then.
  }
}

export function forgetRecents(personId: string): void {
  try {
    localStorage.removeItem(keyOf(personId))
  } catch {
    // Nothing was remembered.
  }
}
