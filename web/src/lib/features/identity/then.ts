/** Where to go after signing in: only an address of our own, never another site ("//evil", "https:", "/\evil"). */
export function safeThen(address: string | null): string {
  if (!address || !/^\/(?![/\\])/.test(address)) return '/'
  try {
    const url = new URL(address, 'http://own.invalid')
    return url.origin === 'http://own.invalid' ? url.pathname + url.search + url.hash : '/'
  } catch {
    return '/'
  }
}
