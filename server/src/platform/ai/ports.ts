/** The model ports. Adapters stand beside this file; a noun knows these shapes and no adapter. */

export type EmbeddingModel = {
  /** Name in the manifest, stored with every vector. */
  name: string
  dimension: number
  /** A cosine below this is no reason by itself to show a passage. */
  floor: number
  /** BCP 47 tags the model was trained for, or the single tag 'mul' for about a hundred languages. */
  languages: string[]
}

export type ModelState =
  | { kind: 'ready'; model: EmbeddingModel; source: string }
  /** Being fetched or loaded; progress from 0 to 1 where it can be told. */
  | { kind: 'preparing'; detail: string; progress?: number }
  /** Search goes on with words alone. `remedy` says what an administrator can do. */
  | { kind: 'absent'; detail: string; remedy: string }

export interface Embedder {
  state(): ModelState
  /**
   * Unit-length vectors, one a text, in order. A vector depends on its own text alone, never on its neighbours in the call.
   * 'query' calls overtake waiting 'passage' work. Throws AppError('unavailable') while the state is not 'ready'.
   */
  embed(kind: 'query' | 'passage', texts: string[], options?: { signal?: AbortSignal }): Promise<Float32Array[]>
  close(): Promise<void>
}

export type ChatMessage = { role: 'system' | 'user' | 'assistant'; content: string }

export interface ChatModel {
  /** What the page says spoke: "gemma3:4b (Ollama, this network)". */
  readonly name: string
  /** Where the words go. 'local' never leaves the customer's network. */
  readonly place: 'local' | 'cloud'
  /** Pieces of text as they come. Ends when the signal aborts. */
  stream(messages: ChatMessage[], options: { signal: AbortSignal; maxTokens: number }): AsyncIterable<string>
}

/** Reads question and passage together; higher is more relevant. */
export interface Reranker {
  readonly name: string
  score(question: string, passages: string[], options: { signal: AbortSignal }): Promise<number[]>
}
