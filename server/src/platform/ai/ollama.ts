/** Language models of an Ollama server in the customer's network. */
import { Ollama as Client } from 'ollama'
import { AppError } from '../app-error.ts'
import type { ChatModel } from './ports.ts'

export type OllamaModel = {
  name: string
  bytes: number
  /** 'cloud' where Ollama itself passes the words on to its makers' service. */
  place: 'local' | 'cloud'
}

export type OllamaHealth =
  { reachable: true; models: OllamaModel[]; latencyMs: number } | { reachable: false; detail: string }

export type OllamaOptions = {
  /** "http://host:11434"; the port may be left out. */
  host: string
  /** Name of the model that speaks; without it, the local one that was brought last. */
  model?: string
  /** Tokens of question, passages and answer together. Ollama's own default cuts off at 4,096 without a word. */
  contextTokens?: number
}

export interface Ollama {
  /** Asks for the list of models; answers within two seconds whatever the server does. */
  health(): Promise<OllamaHealth>
  /** The model that speaks, or null where the server is away or holds none. */
  chatModel(): Promise<ChatModel | null>
}

const healthLimit = 2_000

export function createOllama(options: OllamaOptions): Ollama {
  const health = async (): Promise<OllamaHealth> => {
    const started = performance.now()
    try {
      const { models } = await clientFor(options.host, AbortSignal.timeout(healthLimit)).list()
      const newestFirst = models.toSorted((a, b) => String(b.modified_at).localeCompare(String(a.modified_at)))
      const speaking = newestFirst.filter((model) => !`${model.details?.family ?? ''} ${model.name}`.includes('bert'))
      return {
        reachable: true,
        latencyMs: performance.now() - started,
        models: speaking.map((model) => ({ name: model.name, bytes: model.size, place: placeOf(model) })),
      }
    } catch (error) {
      return { reachable: false, detail: `Ollama at ${options.host} does not answer: ${reasonOf(error)}` }
    }
  }
  return {
    health,
    chatModel: async () => {
      const found = await health()
      if (!found.reachable) return null
      const { model: wanted } = options
      const chosen = wanted
        ? found.models.find((model) => model.name === wanted || model.name === `${wanted}:latest`)
        : found.models.find((model) => model.place === 'local')
      return chosen ? speaker(chosen, options) : null
    },
  }
}

function speaker(model: OllamaModel, options: OllamaOptions): ChatModel {
  return {
    name: `${model.name} (Ollama, ${model.place === 'local' ? 'this network' : 'passed on to its cloud'})`,
    place: model.place,
    async *stream(messages, { signal, maxTokens }) {
      try {
        const parts = await clientFor(options.host, signal).chat({
          model: model.name,
          messages,
          stream: true,
          think: false,
          options: { temperature: 0, num_ctx: options.contextTokens ?? 8_192, num_predict: maxTokens },
        })
        for await (const part of parts) if (part.message.content) yield part.message.content
      } catch (error) {
        if (signal.aborted) return
        throw new AppError('unavailable', {
          detail: `The language model ${model.name} stopped: ${reasonOf(error)}`,
          cause: error,
        })
      }
    },
  }
}

/** The client aborts all its requests together, so each request gets its own, tied to the caller's signal. */
function clientFor(host: string, signal: AbortSignal): Client {
  return new Client({
    host,
    fetch: (url, init) =>
      fetch(url, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal }),
  })
}

function placeOf(model: { name: string }): 'local' | 'cloud' {
  return 'remote_host' in model || /[-:]cloud$/.test(model.name) ? 'cloud' : 'local'
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'no answer in time'
  return error.cause instanceof Error ? error.cause.message : error.message
}
