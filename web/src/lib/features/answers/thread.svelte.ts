/** A conversation on the page: the answers so far and the one that is being spoken. */
import { ask, conversation as fetchConversation, sayFeedback } from '#lib/api/answers.ts'
import type { Ask } from '#lib/api/types.ts'
import { explain } from '#lib/i18n/explain.ts'
import { begin, fold, fromAnswer, stopped, type Shown } from './fold.ts'

export class Thread {
  id: string | null = $state(null)
  title = $state('')
  answers: Shown[] = $state([])
  loading = $state(false)
  error: unknown = $state(null)
  running = $state(false)
  #stop: AbortController | null = null

  /** Reads a conversation; one that is already here (just begun) is left as it is. */
  async open(id: string): Promise<void> {
    if (this.id === id) return
    this.leave()
    this.id = id
    this.loading = true
    this.error = null
    this.answers = []
    try {
      const read = await fetchConversation(id)
      if (this.id !== id) return
      this.title = read.title
      this.answers = read.thread.map(fromAnswer)
    } catch (error) {
      if (this.id === id) this.error = error
    } finally {
      if (this.id === id) this.loading = false
    }
  }

  /** An empty thread, for a first question. */
  clear(): void {
    this.leave()
    this.id = null
    this.title = ''
    this.answers = []
    this.error = null
    this.loading = false
  }

  /** Asks in this conversation, or begins one. `onbegun` gets the id of a new one. Never throws: the answer says what failed. */
  async ask(question: string, options: { collections?: string[]; onbegun?: (id: string) => void } = {}): Promise<void> {
    if (this.running) return
    this.running = true
    const stop = new AbortController()
    this.#stop = stop
    const at = this.answers.length
    this.answers.push(begin(question))
    const input: Ask = { question }
    if (this.id) input.conversationId = this.id
    if (options.collections?.length) input.collection = options.collections
    const update = (next: (shown: Shown) => Shown) => {
      const shown = this.answers[at]
      // After another conversation was opened nothing of this one is drawn any more.
      if (shown && this.#stop === stop) this.answers[at] = next(shown)
    }
    try {
      for await (const event of ask(input, stop.signal)) {
        update((shown) => fold(shown, event))
        if (event.kind === 'started' && this.#stop === stop && this.id !== event.conversationId) {
          this.id = event.conversationId
          this.title = question
          options.onbegun?.(event.conversationId)
        }
      }
      update((shown) => (shown.status === 'running' ? { ...shown, status: 'failed', draft: '', problem: '' } : shown))
    } catch (error) {
      if (stop.signal.aborted) update(stopped)
      else update((shown) => ({ ...shown, status: 'failed', draft: '', problem: explain(error).title }))
    } finally {
      if (this.#stop === stop) {
        this.#stop = null
        this.running = false
      }
    }
  }

  /** Stops the answer that is being spoken, here and on the server. */
  stop(): void {
    this.#stop?.abort()
  }

  /** Leaves the conversation: a running answer is stopped and no longer drawn. */
  leave(): void {
    const stop = this.#stop
    this.#stop = null
    this.running = false
    stop?.abort()
  }

  async feedback(index: number, verdict: 'up' | 'down', reason: string | null): Promise<void> {
    const shown = this.answers[index]
    if (!shown?.id) return
    const answer = await sayFeedback(shown.id, { verdict, reason })
    this.answers[index] = { ...shown, feedback: answer.feedback }
  }
}
