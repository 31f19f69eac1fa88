/** Search by meaning on this machine: the model is found, loaded in its own process, and asked. Never blocks the start. */
import { AppError } from '../app-error.ts'
import { type EmbedPool, startEmbedPool } from './embed-pool.ts'
import { embeddingEntry } from './manifest.ts'
import { obtainModel, type ModelPlaces } from './obtain-model.ts'
import type { Embedder, EmbeddingModel, ModelState } from './ports.ts'

export type EmbedderOptions = {
  /** Name in models.json. */
  name: string
  /** Where models are kept: `<modelsFolder>/<name>/`. */
  modelsFolder: string
  places: ModelPlaces
  /** Most processes that hold the model, about 230 MB each for a small one; those beyond the first come and go with the work. */
  processes?: number
  /** Called at every change of the state. */
  onState?: (state: ModelState) => void
}

export interface LocalEmbedder extends Embedder {
  /** The state once it is no longer 'preparing'. */
  settled(): Promise<ModelState>
  /** Looks for an absent model again. */
  retry(): void
  /** Process ids and resident bytes as last told. */
  processes(): { pid: number; rss: number }[]
}

/**
 * Starts looking for the model at once and returns at once. Throws an Error only for a name that the manifest lacks.
 * `embed` throws AppError('unavailable') while the model is not ready.
 */
export function createEmbedder(options: EmbedderOptions): LocalEmbedder {
  const entry = embeddingEntry(options.name)
  const { name, dimension, languages, floor = -1 } = entry
  const model: EmbeddingModel = { name, dimension, languages, floor }
  const stopping = new AbortController()
  let pool: EmbedPool | undefined
  let state: ModelState = { kind: 'preparing', detail: `Looking for the model ${entry.name}` }
  let preparing = prepare()

  function become(next: ModelState): void {
    state = next
    options.onState?.(next)
  }

  async function prepare(): Promise<void> {
    const obtained = await obtainModel(entry, {
      into: options.modelsFolder,
      places: options.places,
      signal: stopping.signal,
      onProgress: (step) => become({ kind: 'preparing', ...step }),
    })
    if (!obtained.found) return become({ kind: 'absent', detail: obtained.detail, remedy: obtained.remedy })
    stopping.signal.throwIfAborted()
    become({ kind: 'preparing', detail: `Loading the model ${entry.name}` })
    pool = startEmbedPool(entry, obtained.folder, {
      processes: options.processes ?? 1,
      onEnd: (reason) => become(broken(reason)),
    })
    await pool.ready
    become({ kind: 'ready', model, source: obtained.source })
  }

  function broken(reason: string): ModelState {
    return {
      kind: 'absent',
      detail: `Search works with words alone: ${reason}.`,
      remedy: `Check that ${options.modelsFolder} can be written and that 500 MB of memory are free, then start again.`,
    }
  }

  function watch(): void {
    preparing = preparing.catch((error: unknown) => {
      if (stopping.signal.aborted) return
      const reason = error instanceof Error ? error.message : String(error)
      become(broken(reason))
    })
  }
  watch()

  return {
    state: () => state,
    settled: async () => {
      await preparing
      return state
    },
    retry: () => {
      if (state.kind !== 'absent' || stopping.signal.aborted) return
      become({ kind: 'preparing', detail: `Looking for the model ${entry.name}` })
      preparing = prepare()
      watch()
    },
    processes: () => pool?.processes() ?? [],
    embed: async (kind, texts, { signal } = {}) => {
      const running = pool
      if (state.kind !== 'ready' || !running) throw unavailable(state)
      return Promise.all(texts.map((text) => running.run(kind, entry.prefixes[kind] + text, signal)))
    },
    close: async () => {
      stopping.abort(new Error('the program is stopping'))
      await pool?.close()
      await preparing
    },
  }
}

function unavailable(state: ModelState): AppError {
  const detail =
    state.kind === 'preparing'
      ? `Search by meaning is being prepared: ${state.detail}.`
      : 'Search by meaning is not set up; search by words works.'
  return new AppError('unavailable', { detail, retryAfter: state.kind === 'preparing' ? 5 : undefined })
}
