import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOllama } from './ollama.ts'

type Told = { model: string; messages: unknown[]; options: Record<string, unknown> }

let server: Server
let host: string
let told: Told[]
let closed: Promise<void>
let models: { name: string; size: number; modified_at: string; details: { family: string }; remote_host?: string }[]
let speak: (response: ServerResponse) => void

const model = (name: string, modified_at: string, family = 'gemma3') => ({
  name,
  size: 100,
  modified_at,
  details: { family },
})
const line = (response: ServerResponse, content: string, done = false) =>
  response.write(`${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, done })}\n`)

async function bodyOf(request: IncomingMessage): Promise<Told> {
  let text = ''
  for await (const piece of request) text += piece
  return JSON.parse(text)
}

beforeEach(async () => {
  told = []
  models = [model('gemma3:4b', '2026-01-02T00:00:00Z'), model('old:1b', '2025-01-01T00:00:00Z')]
  speak = (response) => {
    line(response, 'Good ')
    line(response, 'morning.')
    line(response, '', true)
    response.end()
  }
  const left = Promise.withResolvers<void>()
  closed = left.promise
  server = createServer(async (request, response) => {
    if (request.url === '/api/tags') return void response.end(JSON.stringify({ models }))
    told.push(await bodyOf(request))
    response.on('close', () => left.resolve())
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    speak(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const question = [{ role: 'user' as const, content: 'Say good morning' }]
const stream = async (signal = new AbortController().signal, options = {}) => {
  const speaker = await createOllama({ host, ...options }).chatModel()
  if (!speaker) throw new Error('no model')
  return speaker.stream(question, { signal, maxTokens: 64 })
}

describe('Ollama', () => {
  it('speaks through the local model that was brought last, and says who speaks', async () => {
    const speaker = await createOllama({ host }).chatModel()
    expect(speaker).toMatchObject({ name: 'gemma3:4b (Ollama, this network)', place: 'local' })
  })

  it('streams pieces as they come, with the window of tokens asked for', async () => {
    const pieces: string[] = []
    for await (const piece of await stream(undefined, { contextTokens: 4_096 })) pieces.push(piece)
    expect(pieces).toEqual(['Good ', 'morning.'])
    expect(told[0]).toMatchObject({
      model: 'gemma3:4b',
      messages: question,
      options: { num_ctx: 4_096, num_predict: 64, temperature: 0 },
    })
  })

  it('stops the server when the reader presses stop', async () => {
    speak = (response) => void line(response, 'For ever ')
    const reader = new AbortController()
    const pieces: string[] = []
    for await (const piece of await stream(reader.signal)) {
      pieces.push(piece)
      reader.abort()
    }
    expect(pieces).toEqual(['For ever '])
    await closed
  })

  it('says that the model stopped when its connection breaks', async () => {
    speak = (response) => {
      line(response, 'Half ')
      setTimeout(() => response.destroy(), 20)
    }
    const read = async () => {
      for await (const piece of await stream()) expect(piece).toBe('Half ')
    }
    await expect(read()).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('uses the model that the administrator named, with or without its tag', async () => {
    models.push(model('mistral:latest', '2024-01-01T00:00:00Z'))
    expect((await createOllama({ host, model: 'mistral' }).chatModel())?.name).toContain('mistral:latest')
    expect(await createOllama({ host, model: 'absent' }).chatModel()).toBeNull()
  })

  it('never picks a model by itself whose words leave the network, nor one that only embeds', async () => {
    models = [
      { ...model('big:latest', '2026-03-01T00:00:00Z'), remote_host: 'elsewhere' },
      model('huge:120b-cloud', '2026-03-01T00:00:00Z'),
      model('nomic-embed-text:latest', '2026-03-01T00:00:00Z', 'nomic-bert'),
    ]
    expect(await createOllama({ host }).chatModel()).toBeNull()
    expect(await createOllama({ host, model: 'huge:120b-cloud' }).chatModel()).toMatchObject({ place: 'cloud' })
  })

  it('tells at once that nobody is there', async () => {
    expect(await createOllama({ host: 'http://127.0.0.1:9' }).health()).toMatchObject({ reachable: false })
    expect(await createOllama({ host: 'http://127.0.0.1:9' }).chatModel()).toBeNull()
  })
})
