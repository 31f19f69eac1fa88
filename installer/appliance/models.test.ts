import { createHash } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Run } from './engine.ts'
import { verb } from './models.ts'
import { partsOf } from './models-ollama.ts'
import { quietContext } from './quiet-context.ts'

let dir: string
let calls: { line: string; args: readonly string[]; input: string }[]
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'innosynth-models-'))
  calls = []
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const models = () => join(dir, 'models')
const configured = (accelerator = 'cpu') =>
  writeFile(
    join(dir, 'innosynth.yaml'),
    `hostname: localhost\nmodels: { dir: ${models()}, accelerator: ${accelerator}, language: 'gemma3:270m', embedding: small }\n`,
  )
const compose = JSON.stringify({ services: { server: { image: 'registry/app:9' } } })

/** The verb as the command line calls it; `ollama` is what `ollama list` prints, null where it does not run. */
function call(args: string[], { ollama = null as string | null, made = 0, dry = false } = {}) {
  const run: Run = async (_command, words, options) => {
    const line = words.join(' ')
    calls.push({ line, args: words, input: typeof options?.input === 'string' ? options.input : '' })
    if (line.includes('ollama list')) return { code: ollama === null ? 1 : 0, stdout: ollama ?? '', stderr: 'no' }
    if (line.includes('config --format json')) return { code: 0, stdout: compose, stderr: '' }
    if (line.startsWith('run ')) return { code: made, stdout: '', stderr: made ? 'Ollama refused the model: 400' : '' }
    return { code: 0, stdout: '', stderr: '' }
  }
  const context = quietContext(dir, run)
  return verb.run(context, { options: { 'dry-run': dry }, args })
}

async function searchModel(name = 'small') {
  const folder = join(dir, 'brought', name)
  await mkdir(join(folder, 'onnx'), { recursive: true })
  await writeFile(join(folder, 'onnx', 'model_quantized.onnx'), 'weights')
  await writeFile(join(folder, 'tokenizer.json'), '{}')
  return folder
}
async function languageModel(modelfile = 'FROM ./tiny.gguf\nPARAMETER temperature 0\nPARAMETER stop <end>\n') {
  const folder = join(dir, 'brought', 'language')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'Modelfile'), modelfile)
  await writeFile(join(folder, 'tiny.gguf'), 'GGUF weights')
  return folder
}

describe('an administrator with a model for search by meaning on a stick', () => {
  beforeEach(() => configured())

  it('copies it once, with a sum for each file, and is told that a second time changes nothing', async () => {
    const folder = await searchModel()
    expect(await call(['add', folder])).toMatchObject({ code: 0, data: { name: 'small', changed: true } })
    expect(await readFile(join(models(), 'small', 'onnx', 'model_quantized.onnx'), 'utf8')).toBe('weights')
    expect(await readFile(join(models(), 'small', 'SHA256SUMS'), 'utf8')).toContain(
      `${createHash('sha256').update('weights').digest('hex')}  onnx/model_quantized.onnx`,
    )
    expect(await call(['add', folder])).toMatchObject({ code: 0, data: { changed: false } })
    expect(await readdir(models())).toEqual(['small'])
    expect(await call(['verify'])).toMatchObject({ code: 0 })
  })

  it('who left the trailing slash of the shell gets the same name', async () => {
    expect(await call(['add', `${await searchModel()}/`])).toMatchObject({ data: { name: 'small' } })
  })

  it('only looks with --dry-run', async () => {
    expect((await call(['add', await searchModel()], { dry: true })).text).toContain('would copy 2 files')
    await expect(readdir(models())).rejects.toThrow(/ENOENT/)
  })

  it('is told when a file in use was altered or is gone, and adding it again mends it', async () => {
    const folder = await searchModel()
    await call(['add', folder])
    await appendFile(join(models(), 'small', 'onnx', 'model_quantized.onnx'), '!')
    await rm(join(models(), 'small', 'tokenizer.json'))
    const { code, data } = await call(['verify'])
    expect(code).toBe(1)
    expect(data['files']).toEqual([
      { model: 'small', file: 'small/onnx/model_quantized.onnx', state: 'altered' },
      { model: 'small', file: 'small/tokenizer.json', state: 'missing' },
    ])
    expect(await call(['add', folder])).toMatchObject({ data: { changed: true } })
    expect(await call(['verify'])).toMatchObject({ code: 0 })
  })

  it('whose files did not arrive whole from their maker is refused, and what is there stays', async () => {
    const folder = await searchModel()
    await call(['add', folder])
    await writeFile(join(folder, 'onnx', 'model_quantized.onnx'), 'other weights')
    await writeFile(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)}  onnx/model_quantized.onnx\n`)
    await expect(call(['add', folder])).rejects.toThrow('onnx/model_quantized.onnx is not what SHA256SUMS says')
    expect(await readFile(join(models(), 'small', 'onnx', 'model_quantized.onnx'), 'utf8')).toBe('weights')
  })

  it('cannot name a folder that holds no model', async () => {
    const folder = join(dir, 'empty')
    await mkdir(folder)
    await expect(call(['add', folder])).rejects.toThrow('holds no model')
    await expect(call(['add', join(dir, 'nowhere')])).rejects.toThrow('cannot be read')
    await expect(call(['add'])).rejects.toThrow('Say what to add')
    await expect(call(['remove', 'small'])).rejects.toThrow('models knows list, verify and add')
  })

  it('sees both kinds of model in one list, and which are in use', async () => {
    await call(['add', await searchModel()])
    const list =
      'NAME           ID              SIZE      MODIFIED\ngemma3:270m    e7d36fb2c3b3    253 MB    3 minutes ago\n'
    const { data, text } = await call(['list'], { ollama: list })
    expect(data['models']).toMatchObject([
      { name: 'small', kind: 'embedding', inUse: true },
      { name: 'gemma3:270m', kind: 'language', inUse: true, bytes: 253e6 },
    ])
    expect(text).toContain('* gemma3:270m')
  })

  it('sees the models for search while Ollama does not run, and that it does not', async () => {
    await call(['add', await searchModel()])
    const { code, text, data } = await call(['list'])
    expect(code).toBe(1)
    expect(data['models']).toHaveLength(1)
    expect(text).toContain('Ollama does not answer')
  })
})

describe('an administrator with a language model on a stick', () => {
  it('has it made in Ollama by a container that sees this one file and no network outside', async () => {
    await configured()
    const folder = await languageModel()
    expect(await call(['add', folder, 'gemma3:270m'])).toMatchObject({ code: 0, data: { name: 'gemma3:270m' } })
    const { line, input } = calls.find(({ line }) => line.startsWith('run '))!
    expect(line).toContain(`${join(folder, 'tiny.gguf')}:/model/blob:ro`)
    expect(line).toContain('--network innosynth_ai')
    expect(line).toContain('registry/app:9')
    expect(line).toContain('"parameters":{"temperature":0,"stop":["<end>"]}')
    expect(input).toContain(`sha256:${createHash('sha256').update('GGUF weights').digest('hex')}`)
  })

  it('keeps the model on a disk elsewhere and links it here: the container is given the file itself', async () => {
    await configured()
    const folder = await languageModel()
    const real = join(dir, 'weights.bin')
    await writeFile(real, 'GGUF weights')
    await rm(join(folder, 'tiny.gguf'))
    await symlink(real, join(folder, 'tiny.gguf'))
    await call(['add', folder, 'gemma3:270m'])
    expect(calls.find(({ line }) => line.startsWith('run '))!.line).toContain(`${real}:/model/blob:ro`)
  })

  it('is told what Ollama said when it refuses', async () => {
    await configured()
    await expect(call(['add', await languageModel(), 'gemma3:270m'], { made: 1 })).rejects.toMatchObject({
      exit: 4,
      message: expect.stringContaining('Ollama refused the model: 400') as unknown,
    })
  })

  it('touches nothing without an accelerator, without a name, or without a file of weights', async () => {
    await configured('none')
    await expect(call(['add', await languageModel(), 'x'])).rejects.toThrow('models.accelerator is none')
    await configured()
    await expect(call(['add', await languageModel()])).rejects.toThrow('Give the name')
    await expect(call(['add', await languageModel('FROM gemma3\n'), 'x'])).rejects.toThrow('names no GGUF file')
    await expect(call(['add', await languageModel('FROM ./gone.gguf\n'), 'x'])).rejects.toThrow('gone.gguf')
    expect(calls.some(({ line }) => line.startsWith('run '))).toBe(false)
  })
})

it('what a Modelfile says reaches Ollama as it stands', () => {
  expect(
    partsOf(
      'FROM ./a.gguf\nPARAMETER num_ctx 4096\nPARAMETER stop "<a>"\nPARAMETER stop <b>\nSYSTEM Be brief.\nTEMPLATE """{{ .Prompt }}\nend"""\n',
    ),
  ).toEqual({
    system: 'Be brief.',
    template: '{{ .Prompt }}\nend',
    parameters: { num_ctx: 4096, stop: ['<a>', '<b>'] },
  })
})
