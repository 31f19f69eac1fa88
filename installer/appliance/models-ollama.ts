/** A language model from a folder into Ollama, through its own interface and without a network. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Configuration } from './config.ts'
import { lastWords } from './engine.ts'
import { type Context, type Outcome, Stop } from './verb.ts'

/** The service that runs Ollama for an accelerator; null where none does. */
export const ollamaService = (configuration: Configuration): string | null =>
  ({ cpu: 'ollama', 'gpu-nvidia': 'ollama-nvidia', 'gpu-amd': 'ollama-amd' })[
    String(configuration['models.accelerator'])
  ] ?? null

/** Blobs first, by their digest, then the model: both are checked by Ollama and harmless to repeat. */
export async function addToOllama(
  { engine, progress }: Context,
  configuration: Configuration,
  folder: string,
  name: string | undefined,
  dry: boolean,
): Promise<Outcome> {
  const service = ollamaService(configuration)
  if (!service)
    throw new Stop(
      'models',
      'No language model runs here: models.accelerator is none.',
      'Set it to cpu, gpu-nvidia or gpu-amd and run `innosynth install`.',
    )
  if (!name || !/^[\w.-]+(:[\w.-]+)?$/.test(name))
    throw new Stop('usage', 'Give the name of the model, as in gemma3:270m.')
  const modelfile = await readFile(join(folder, 'Modelfile'), 'utf8')
  const from = /^FROM\s+\.?\/?(\S+\.gguf)\s*$/m.exec(modelfile)?.[1]
  if (!from) throw new Stop('models', 'The Modelfile names no GGUF file beside it (FROM ./NAME.gguf).')
  // A link would point nowhere inside the container.
  const weights = await realpath(join(folder, from)).catch(() => {
    throw new Stop('models', `${join(folder, from)} is not there, and the Modelfile names it.`)
  })
  const digest = `sha256:${await progress('Reading the model', () => hashFile(weights))}`
  if (dry)
    return { code: 0, text: `This would create ${name} in Ollama from ${from} (${digest}).`, data: { name, digest } }
  const order = { model: name, files: { [basename(from)]: digest }, ...partsOf(modelfile), stream: false }
  const script = `
    const { createReadStream, statSync } = require('node:fs')
    const base = 'http://ollama:11434', order = JSON.parse(process.env.ORDER), digest = ${JSON.stringify(digest)}
    ;(async () => {
      const known = await fetch(base + '/api/blobs/' + digest, { method: 'HEAD' })
      if (!known.ok) {
        const sent = await fetch(base + '/api/blobs/' + digest, { method: 'POST', body: createReadStream('/model/blob'), duplex: 'half', headers: { 'content-length': String(statSync('/model/blob').size) } })
        if (!sent.ok) throw new Error('Ollama refused the file: ' + sent.status + ' ' + await sent.text())
      }
      const made = await fetch(base + '/api/create', { method: 'POST', body: JSON.stringify(order) })
      if (!made.ok) throw new Error('Ollama refused the model: ' + made.status + ' ' + await made.text())
      console.log(await made.text())
    })().catch((error) => { console.error(String(error.message), String(error.cause ?? '')); process.exit(1) })`
  const args = [
    'run',
    '--rm',
    '--interactive',
    '--network',
    `${String(configuration.project)}_ai`,
    '--user',
    '10103:10103',
    '--read-only',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges:true',
    '--volume',
    `${weights}:/model/blob:ro`,
    '--env',
    `ORDER=${JSON.stringify(order)}`,
    '--entrypoint',
    'node',
    await appImage(engine),
    '-',
  ]
  const result = await progress(`Creating ${name}`, () => engine.docker(args, { input: script, timeout: 30 * 60_000 }))
  if (result.code !== 0)
    throw new Stop('models', `${name} was not created: ${lastWords(result, 1)}`, 'See `innosynth logs` of Ollama.', 4)
  return { code: 0, text: `${name} is in Ollama.`, data: { name, digest } }
}

/** What a Modelfile says beside FROM, in the words of /api/create. */
export function partsOf(modelfile: string): {
  template?: string
  system?: string
  parameters?: Record<string, unknown>
} {
  const block = (word: string) => new RegExp(`^${word}\\s+(?:"""([\\s\\S]*?)"""|(.+))$`, 'm').exec(modelfile)
  const said = (word: string) => block(word)?.[1] ?? block(word)?.[2]
  const parameters: Record<string, unknown> = {}
  for (const [, key, raw] of modelfile.matchAll(/^PARAMETER\s+(\S+)\s+(.+)$/gm)) {
    const value = /^-?[\d.]+$/.test(raw!.trim()) ? Number(raw) : raw!.trim().replace(/^"|"$/g, '')
    parameters[key!] = key === 'stop' ? [...((parameters['stop'] as unknown[]) ?? []), value] : value
  }
  const [template, system] = [said('TEMPLATE'), said('SYSTEM')]
  return {
    ...(template ? { template } : {}),
    ...(system ? { system } : {}),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  }
}

async function appImage(engine: Context['engine']): Promise<string> {
  const stack = JSON.parse(await engine.mustCompose('Reading the compose files', ['config', '--format', 'json'])) as {
    services: Record<string, { image: string }>
  }
  return stack.services['server']!.image
}

/** SHA-256 of a file, hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path)) hash.update(part as Buffer)
  return hash.digest('hex')
}
