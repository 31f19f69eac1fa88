/** Server-sent events over fetch, for requests that EventSource cannot make (POST). Format: WHATWG HTML, section 9.2.6. */
export type ServerEvent = { event: string; data: string; id: string | null }

/** Cuts a stream of text chunks into events. Chunks may end anywhere, inside a line or between CR and LF. */
export class EventParser {
  #rest = ''
  #event = ''
  #data: string[] = []
  #id: string | null = null
  #started = false

  push(chunk: string): ServerEvent[] {
    this.#rest += chunk
    if (!this.#started && this.#rest.length > 0) {
      if (this.#rest.charCodeAt(0) === 0xfeff) this.#rest = this.#rest.slice(1)
      this.#started = true
    }
    const events: ServerEvent[] = []
    for (;;) {
      const end = this.#rest.search(/[\r\n]/)
      if (end < 0) break
      // A CR at the very end may be the first half of CR LF: wait for what follows.
      if (this.#rest[end] === '\r' && end === this.#rest.length - 1) break
      const line = this.#rest.slice(0, end)
      this.#rest = this.#rest.slice(end + (this.#rest.startsWith('\r\n', end) ? 2 : 1))
      const event = this.#line(line)
      if (event) events.push(event)
    }
    return events
  }

  #line(line: string): ServerEvent | null {
    if (line === '') {
      const event = this.#data.length
        ? { event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id }
        : null
      this.#event = ''
      this.#data = []
      return event
    }
    const colon = line.indexOf(':')
    if (colon === 0) return null
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.#event = value
    else if (field === 'data') this.#data.push(value)
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    return null
  }
}

/** The events of a response body, as they come. An event without its closing blank line is dropped, as the format says. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const parser = new EventParser()
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      yield* parser.push(decoder.decode(value, { stream: true }))
    }
  } finally {
    reader.releaseLock()
  }
}
