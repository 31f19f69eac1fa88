/** A server that speaks Ollama's protocol and says what a test tells it to. For tests alone. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type OllamaStub = {
  url: string
  /** What it answers from now on, one text a call, the last again and again. Sent in small pieces. */
  says(...texts: string[]): void
  fails(): void
  /** Says `text` and then nothing, with the connection open. */
  hangs(text: string): void
  /** The messages of each chat so far, joined. */
  heard(): string[]
  /** Chats whose connection is open. */
  open(): number
  close(): Promise<void>
}

type Mode = { kind: 'says'; texts: string[] } | { kind: 'fails' } | { kind: 'hangs'; text: string }

export async function startOllamaStub(): Promise<OllamaStub> {
  let mode: Mode = { kind: 'says', texts: [''] }
  const heard: string[] = []
  let open = 0
  const server = createServer(async (request, response) => {
    if (request.url === '/api/tags')
      return void response.end(
        JSON.stringify({
          models: [
            {
              name: 'stub:1b',
              model: 'stub:1b',
              size: 1,
              modified_at: '2026-01-01T00:00:00Z',
              details: { family: 'stub' },
            },
          ],
        }),
      )
    let body = ''
    for await (const piece of request) body += String(piece)
    heard.push(
      (JSON.parse(body) as { messages: { content: string }[] }).messages.map(({ content }) => content).join('\n'),
    )
    if (mode.kind === 'fails') {
      response.statusCode = 500
      return void response.end(JSON.stringify({ error: 'the model is broken' }))
    }
    open++
    response.on('close', () => {
      open--
    })
    response.setHeader('content-type', 'application/x-ndjson')
    const text = mode.kind === 'hangs' ? mode.text : mode.texts.length > 1 ? mode.texts.shift()! : mode.texts[0]!
    for (let at = 0; at < text.length; at += 7) part(response, text.slice(at, at + 7), false)
    if (mode.kind === 'says') {
      part(response, '', true)
      response.end()
    }
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    says: (...texts) => {
      mode = { kind: 'says', texts }
    },
    fails: () => {
      mode = { kind: 'fails' }
    },
    hangs: (text) => {
      mode = { kind: 'hangs', text }
    },
    heard: () => heard,
    open: () => open,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

function part(response: ServerResponse, content: string, done: boolean): void {
  response.write(
    `${JSON.stringify({ model: 'stub:1b', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content }, done })}\n`,
  )
}
