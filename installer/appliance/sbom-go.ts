/** The modules a Go program was built from, as the Go linker wrote them into it (format of Go's debug/buildinfo package). */

export type GoBuild = { go: string; modules: { path: string; version: string }[] }

const magic = Buffer.concat([Buffer.from([0xff]), Buffer.from(' Go buildinf:')])
const headerLength = 32
const stringsFollow = 2
const sentinelLength = 16

/** Undefined for what is no Go program of Go 1.18 or later. */
export function readGoBuild(program: Buffer): GoBuild | undefined {
  for (let at = program.indexOf(magic); at !== -1; at = program.indexOf(magic, at + 1)) {
    if ((program[at + magic.length + 1]! & stringsFollow) === 0) continue
    const go = readText(program, at + headerLength)
    const module = go && readText(program, go.end)
    if (!module || !go.text.startsWith('go')) continue
    const text = module.text.length > 2 * sentinelLength ? module.bytes.subarray(sentinelLength, -sentinelLength) : ''
    return { go: go.text.slice(2).split(' ')[0]!, modules: modulesIn(text.toString('utf8')) }
  }
  return undefined
}

/** Lines are "mod|dep PATH VERSION SUM" and, where one stands for the line before it, "=> PATH VERSION SUM". */
function modulesIn(text: string) {
  const modules: { path: string; version: string }[] = []
  for (const line of text.split('\n')) {
    const [kind, path, version] = line.split('\t')
    if (!path || !version) continue
    if (kind === '=>') modules.pop()
    if (kind === 'mod' || kind === 'dep' || kind === '=>') modules.push({ path, version })
  }
  return modules
}

/** A length as an unsigned varint, then so many bytes. */
function readText(bytes: Buffer, start: number) {
  let length = 0
  let at = start
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]
    if (byte === undefined || shift > 28) return undefined
    length += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) break
  }
  const piece = bytes.subarray(at, at + length)
  return piece.length === length ? { text: piece.toString('latin1'), bytes: piece, end: at + length } : undefined
}
