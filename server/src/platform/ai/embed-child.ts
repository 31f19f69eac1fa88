/**
 * The process that holds the model. It is started with an empty environment, reads one model folder, answers one text at
 * a time, and makes no request: remote loading is off and `fetch` is taken away before the library is loaded.
 * A text alone in its run is the fastest way on one thread and keeps a vector independent of its neighbours.
 */
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

export type ChildOrder = { id: number; text: string }
export type ChildReport =
  | { kind: 'ready' }
  | { kind: 'vector'; id: number; vector: Float32Array; rss: number }
  | { kind: 'failed'; id: number; reason: string }

const [folder, pooling, maxTokens] = process.argv.slice(2)
if (!folder || (pooling !== 'cls' && pooling !== 'mean') || !maxTokens || !process.send) {
  throw new Error('embed-child is started by the embedder with a model folder, a pooling and a token limit')
}
const report = (message: ChildReport) => process.send?.(message)
process.on('disconnect', () => process.exit(0))

globalThis.fetch = () => Promise.reject(new Error('this process has no way out'))
const { env, AutoModel, AutoTokenizer, Tensor } = await import('@huggingface/transformers')
env.allowRemoteModels = false
env.useFSCache = false
env.localModelPath = dirname(folder)

const tokenizer = await AutoTokenizer.from_pretrained(basename(folder))
// Without the memory pattern the process keeps about 40 MB less after texts of many lengths, at the same speed (measured).
const model = await AutoModel.from_pretrained(basename(folder), {
  dtype: 'q8',
  session_options: { intraOpNumThreads: 1, interOpNumThreads: 1, enableMemPattern: false },
})
const special = await specialTokens(folder)

/** A document that says "[MASK]" or "</s>" means these letters, not the model's own signs. */
function plain(text: string): string {
  return special.reduce((result, token) => result.replaceAll(token, `${token.slice(0, 1)} ${token.slice(1)}`), text)
}

async function specialTokens(from: string): Promise<string[]> {
  const parsed: unknown = JSON.parse(await readFile(join(from, 'tokenizer.json'), 'utf8'))
  const added = (parsed as { added_tokens?: { content: string }[] }).added_tokens ?? []
  return added.map((token) => token.content).filter((token) => token.length > 1)
}

/** Longest text worth reading: no language writes this many letters in the tokens a model takes. */
const letters = Number(maxTokens) * 64

/** Cut to the limit, with the closing sign kept: the library's own truncation drops it. */
function tokensOf(text: string): Record<string, InstanceType<typeof Tensor>> {
  const whole: Record<string, InstanceType<typeof Tensor>> = tokenizer([plain(text.slice(0, letters))])
  const limit = Number(maxTokens)
  if ((whole.input_ids?.dims[1] ?? 0) <= limit) return whole
  const cut = Object.entries(whole).map(([name, tensor]) => {
    const data = BigInt64Array.from(tensor.data as BigInt64Array)
    const short = data.slice(0, limit)
    short[limit - 1] = data[data.length - 1] ?? 0n
    tensor.dispose()
    return [name, new Tensor('int64', short, [1, limit])] as const
  })
  return Object.fromEntries(cut)
}

async function embed(text: string): Promise<Float32Array> {
  const inputs = tokensOf(text)
  const outputs = await model(inputs)
  const hidden = outputs.last_hidden_state
  if (!(hidden instanceof Tensor)) throw new Error('the model gives no hidden state')
  const [, tokens = 0, dimension = 0] = hidden.dims
  const data = hidden.data as Float32Array
  const vector = new Float32Array(dimension)
  const rows = pooling === 'cls' ? 1 : tokens
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < dimension; i++) vector[i] = (vector[i] ?? 0) + (data[row * dimension + i] ?? 0)
  }
  const length = Math.hypot(...vector) || 1
  for (let i = 0; i < dimension; i++) vector[i] = (vector[i] ?? 0) / length
  for (const tensor of [...Object.values(inputs), ...Object.values(outputs)])
    if (tensor instanceof Tensor) tensor.dispose()
  return vector
}

process.on('message', (order: ChildOrder) => {
  embed(order.text).then(
    (vector) => report({ kind: 'vector', id: order.id, vector, rss: process.memoryUsage.rss() }),
    (error: unknown) =>
      report({ kind: 'failed', id: order.id, reason: error instanceof Error ? error.message : String(error) }),
  )
})
await embed('warm')
report({ kind: 'ready' })
