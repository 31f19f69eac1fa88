/** The ingestion as it happens: pushed by the server, asked for when the line is down, connected again by itself. */
import { activity as fetchActivity } from '#lib/api/documents.ts'
import type { Activity } from '#lib/api/types.ts'

/** How long a line may be down before the rows are asked for by hand, seconds. */
const ASK_AFTER = 4

export class LiveActivity {
  now: Activity | null = $state.raw(null)
  error: unknown = $state(null)
  /** Whether changes are being pushed at this moment. */
  live = $state(false)
  #source: EventSource | null = null
  #asking: ReturnType<typeof setInterval> | undefined

  /** Connects; returns what disconnects. */
  start(): () => void {
    void this.ask()
    this.#connect()
    // EventSource gives up on some errors (a 503 of a restart); then it is made anew.
    this.#asking = setInterval(() => {
      if (this.live) return
      if (this.#source?.readyState === EventSource.CLOSED) this.#connect()
      void this.ask()
    }, ASK_AFTER * 1000)
    return () => {
      clearInterval(this.#asking)
      this.#source?.close()
      this.#source = null
      this.live = false
    }
  }

  async ask(): Promise<void> {
    try {
      this.now = await fetchActivity()
      this.error = null
    } catch (error) {
      this.error = error
    }
  }

  #connect(): void {
    this.#source?.close()
    const source = new EventSource('/api/activity/stream')
    this.#source = source
    source.addEventListener('open', () => {
      this.live = true
    })
    source.addEventListener('activity', (event) => {
      this.now = JSON.parse((event as MessageEvent<string>).data) as Activity
      this.error = null
      this.live = true
    })
    source.addEventListener('error', () => {
      this.live = false
    })
  }
}
