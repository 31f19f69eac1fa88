/** innosynth models: what is there, whether it is whole, and how one comes in from a folder without a network. */
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { readConfiguration } from './deployment.ts'
import { addToOllama, hashFile, ollamaService } from './models-ollama.ts'
import { writeWhole } from './state.ts'
import { type Context, flag, type Outcome, Stop, type Verb } from './verb.ts'
import type { Configuration } from './config.ts'

/** Written beside the files of a model that was added: SHA-256 of each. */
const sums = 'SHA256SUMS'

export const verb: Verb = {
  name: 'models',
  summary: 'list, verify or add models: for search by meaning, and for Ollama',
  usage: 'list | verify | add FOLDER [NAME]',
  details:
    'add FOLDER        a model for search by meaning (onnx/, tokenizer.json): copied into models.dir\nadd FOLDER NAME   a model for Ollama (Modelfile and GGUF): created as NAME, as in gemma3:270m',
  options: { 'dry-run': { type: 'boolean', summary: 'add: show what would be done and stop' } },
  run: async (context, given) => {
    const { configuration } = await readConfiguration(context.dir)
    const [what = 'list', folder, name] = given.args
    if (what === 'list') return listModels(context, configuration)
    if (what === 'verify') return verify(context, configuration)
    if (what !== 'add')
      throw new Stop('usage', 'innosynth models knows list, verify and add.', 'See `innosynth models --help`.')
    if (!folder)
      throw new Stop('usage', 'Say what to add: innosynth models add FOLDER.', 'See `innosynth models --help`.')
    const files = await filesUnder(resolve(folder))
    if (files.includes('Modelfile'))
      return addToOllama(context, configuration, resolve(folder), name, flag(given, 'dry-run'))
    return addEmbedding(configuration, resolve(folder), files, flag(given, 'dry-run'))
  },
}

type Model = { name: string; kind: 'embedding' | 'language'; bytes: number; inUse: boolean; place: string }

async function listModels(context: Context, configuration: Configuration): Promise<Outcome> {
  const language = await languageModels(context, configuration)
  const models = [...(await embeddings(configuration)), ...(language ?? [])]
  const lines = models.map(
    ({ name, kind, bytes, inUse, place }) =>
      `${inUse ? '*' : ' '} ${name.padEnd(28)} ${kind.padEnd(10)} ${(bytes / 1024 ** 2).toFixed(0).padStart(6)} MB  ${place}`,
  )
  // A list that is short because half of it could not be asked must not look whole.
  if (!language) lines.push('Ollama does not answer: its models are not in this list. See `innosynth status`.')
  return {
    code: language ? 0 : 1,
    text: lines.join('\n') || 'There is no model yet.',
    data: { models, ollama: ollamaService(configuration) ? language !== null : null },
  }
}

async function embeddings(configuration: Configuration): Promise<Model[]> {
  const root = String(configuration['models.dir'])
  const names = await readdir(root, { withFileTypes: true }).catch(() => [])
  return Promise.all(
    names
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(async ({ name }) => {
        const sizes = await Promise.all(
          (await filesUnder(join(root, name))).map(async (path) => (await stat(join(root, name, path))).size),
        )
        return {
          name,
          kind: 'embedding' as const,
          bytes: sizes.reduce((sum, size) => sum + size, 0),
          inUse: name === configuration['models.embedding'],
          place: join(root, name),
        }
      }),
  )
}

/** null where Ollama should answer and does not. */
async function languageModels({ engine }: Context, configuration: Configuration): Promise<Model[] | null> {
  const service = ollamaService(configuration)
  if (!service) return []
  const { code, stdout } = await engine.compose(['exec', '-T', service, 'ollama', 'list'])
  if (code !== 0) return null
  return stdout
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, name, size, unit] = /^(\S+)\s+\S+\s+([\d.]+) (MB|GB|KB)/.exec(line) ?? []
      return name
        ? [
            {
              name,
              kind: 'language' as const,
              bytes: Number(size) * { KB: 1e3, MB: 1e6, GB: 1e9 }[unit as 'KB'],
              inUse: [name, name.replace(/:latest$/, '')].includes(String(configuration['models.language'])),
              place: 'Ollama',
            },
          ]
        : []
    })
}

async function verify(context: Context, configuration: Configuration): Promise<Outcome> {
  const root = String(configuration['models.dir'])
  const found: { model: string; file: string; state: 'whole' | 'altered' | 'missing' | 'without a sum' }[] = []
  const lists = new Map((await sumsOf(root)).map(([path, sum]) => [path, sum]))
  await context.progress('Reading models', async () => {
    for (const { name } of await embeddings(configuration)) {
      const own = new Map((await sumsOf(join(root, name))).map(([path, sum]) => [`${name}/${path}`, sum]))
      const known = new Map([...[...lists].filter(([path]) => path.startsWith(`${name}/`)), ...own])
      const present = (await filesUnder(join(root, name)))
        .filter((path) => path !== sums)
        .map((path) => `${name}/${path}`)
      for (const path of present)
        found.push({
          model: name,
          file: path,
          state: !known.has(path)
            ? 'without a sum'
            : (await hashFile(join(root, path))) === known.get(path)
              ? 'whole'
              : 'altered',
        })
      for (const path of known.keys())
        if (!present.includes(path)) found.push({ model: name, file: path, state: 'missing' })
    }
  })
  const bad = found.filter(({ state }) => state === 'altered' || state === 'missing')
  const lines = found.map(({ file, state }) => `${state.padEnd(14)} ${file}`)
  return {
    code: bad.length > 0 ? 1 : 0,
    text: [...lines, bad.length > 0 ? 'Add the altered models again.' : 'No file is altered.'].join('\n'),
    data: { files: found },
  }
}

async function sumsOf(folder: string): Promise<[string, string][]> {
  const text = await readFile(join(folder, sums), 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    const [, sum, path] = /^([0-9a-f]{64})\s+\*?(.+)$/.exec(line) ?? []
    return sum && path ? [[path.replace(/^\.\//, ''), sum] as [string, string]] : []
  })
}

async function addEmbedding(
  configuration: Configuration,
  folder: string,
  files: string[],
  dry: boolean,
): Promise<Outcome> {
  const name = basename(folder)
  if (!files.some((path) => path.endsWith('.onnx')) || !files.includes('tokenizer.json'))
    throw new Stop(
      'models',
      `${folder} holds no model: an .onnx file and tokenizer.json are needed.`,
      'For Ollama a folder holds a Modelfile.',
    )
  const target = join(String(configuration['models.dir']), name)
  const promised = new Map(await sumsOf(folder))
  const wanted = await Promise.all(
    files
      .filter((path) => path !== sums)
      .map(async (path) => {
        const sum = await hashFile(join(folder, path))
        if (promised.has(path) && promised.get(path) !== sum)
          throw new Stop('models', `${path} is not what ${sums} says: the copy is damaged.`, 'Bring the model again.')
        return `${sum}  ${path}`
      }),
  )
  const list = `${wanted.sort().join('\n')}\n`
  // The list alone would not do: what it speaks of may have been altered since, and adding again is the remedy.
  if ((await readFile(join(target, sums), 'utf8').catch(() => '')) === list && (await isWhole(target)))
    return { code: 0, text: `${name} is there already.`, data: { name, changed: false } }
  if (dry) return { code: 0, text: `This would copy ${files.length} files to ${target}.`, data: { name, files } }
  const beside = join(String(configuration['models.dir']), `.${name}.${process.pid}`)
  await rm(beside, { recursive: true, force: true })
  await mkdir(beside, { recursive: true })
  for (const path of files) await cp(join(folder, path), join(beside, path), { dereference: true })
  await writeWhole(join(beside, sums), list, 0o644)
  await rm(target, { recursive: true, force: true })
  await rename(beside, target)
  const hint =
    name === configuration['models.embedding']
      ? 'Restart to use it: docker compose restart server worker.'
      : `Use it with: innosynth config set models.embedding=${name}`
  return { code: 0, text: `${name} was copied to ${target}. ${hint}`, data: { name, changed: true, place: target } }
}

async function isWhole(folder: string): Promise<boolean> {
  for (const [path, sum] of await sumsOf(folder))
    if ((await hashFile(join(folder, path)).catch(() => null)) !== sum) return false
  return true
}

const filesUnder = async (folder: string): Promise<string[]> =>
  (
    await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
      throw new Stop('models', `${folder} cannot be read.`)
    })
  )
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
