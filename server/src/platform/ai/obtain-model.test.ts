import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelEntry } from './manifest.ts'
import { modelPlaces, obtainModel } from './obtain-model.ts'

const weights = Buffer.alloc(100_000, 'weights')
const words = Buffer.from('{"words":[]}')
const shaOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')
const jar = Buffer.from(
  zipSync({ 'small-q.onnx': weights, 'small-q-tokenizer.json': words, 'other.txt': Buffer.from('-') }),
)
const revision = 'a'.repeat(40)

const entry: ModelEntry = {
  name: 'small',
  task: 'reranking',
  languages: ['en'],
  maxTokens: 16,
  licence: 'CC0-1.0',
  files: [
    { path: 'onnx/model_quantized.onnx', bytes: weights.length, sha256: shaOf(weights) },
    { path: 'tokenizer.json', bytes: words.length, sha256: shaOf(words) },
  ],
  write: { 'config.json': { model_type: 'bert' } },
  sources: [
    { kind: 'hub', repository: 'people/small', revision },
    {
      kind: 'maven',
      artifact: 'org.example:small-q:1.0',
      sha256: shaOf(jar),
      entries: { 'small-q.onnx': 'onnx/model_quantized.onnx', 'small-q-tokenizer.json': 'tokenizer.json' },
    },
  ],
}

let home: string
let server: Server
let url: string
let asked: { path: string; range: string | undefined }[]
let answer: (request: IncomingMessage, response: ServerResponse) => void

/** Plays a hub and a Maven repository that know this one model and continue a download where it stopped. */
function serve(request: IncomingMessage, response: ServerResponse): void {
  const files: Record<string, Buffer> = {
    [`/people/small/resolve/${revision}/onnx/model_quantized.onnx`]: weights,
    [`/people/small/resolve/${revision}/tokenizer.json`]: words,
    '/maven/org/example/small-q/1.0/small-q-1.0.jar': jar,
  }
  const content = files[request.url ?? '']
  if (!content) return void response.writeHead(404).end()
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  response.writeHead(from > 0 ? 206 : 200).end(content.subarray(from))
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'obtain-model-'))
  asked = []
  answer = serve
  server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', range: request.headers.range })
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(home, { recursive: true, force: true })
})

const into = () => join(home, 'models')
const get = (places: Parameters<typeof obtainModel>[1]['places'], patience = 5_000) =>
  obtainModel(entry, { into: into(), places, patience })

async function expectWhole(): Promise<void> {
  expect(await readFile(join(into(), 'small/onnx/model_quantized.onnx'))).toEqual(weights)
  expect(await readFile(join(into(), 'small/tokenizer.json'))).toEqual(words)
  expect(JSON.parse(await readFile(join(into(), 'small/config.json'), 'utf8'))).toEqual({ model_type: 'bert' })
  expect(await readdir(into())).toEqual(['small'])
}

async function aModelsFolder(content = weights): Promise<string> {
  const folder = join(home, 'carried')
  await mkdir(join(folder, 'small/onnx'), { recursive: true })
  await writeFile(join(folder, 'small/onnx/model_quantized.onnx'), content)
  await writeFile(join(folder, 'small/tokenizer.json'), words)
  return folder
}

describe('finding a model', () => {
  it('takes it from the folder an administrator carried here, and asks nobody else', async () => {
    const folder = await aModelsFolder()
    expect(await get({ folders: [folder], hubUrl: url })).toMatchObject({
      found: true,
      source: `models folder ${folder}`,
    })
    await expectWhole()
    expect(asked).toEqual([])
  })

  it('takes it from an offline bundle', async () => {
    const bundle = join(home, 'bundle.zip')
    await writeFile(
      bundle,
      zipSync({ 'models/small/onnx/model_quantized.onnx': weights, 'models/small/tokenizer.json': words }),
    )
    expect(await get({ folders: [join(home, 'empty.zip'), bundle] })).toMatchObject({ found: true })
    await expectWhole()
  })

  it('does not take a folder whose file was changed, and goes on to the hub', async () => {
    const folder = await aModelsFolder(Buffer.alloc(weights.length, 'changed'))
    expect(await get({ folders: [folder], hubUrl: url })).toMatchObject({
      found: true,
      source: `${url} at ${revision.slice(0, 12)}`,
    })
    await expectWhole()
  })

  it('never asks again once the model is there', async () => {
    await get({ hubUrl: url })
    const before = asked.length
    expect(await get({ hubUrl: url })).toMatchObject({ found: true, source: `${url} at ${revision.slice(0, 12)}` })
    expect(asked).toHaveLength(before)
  })

  it('fetches it anew when a file of it was damaged', async () => {
    await get({ hubUrl: url })
    await writeFile(join(into(), 'small/tokenizer.json'), 'damaged')
    expect(await get({ hubUrl: url })).toMatchObject({ found: true })
    await expectWhole()
  })

  it('goes on where a broken download stopped', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': String(weights.length) }).write(weights.subarray(0, 60_000))
      setTimeout(() => response.destroy(), 100)
    }
    expect(await get({ hubUrl: url })).toMatchObject({ found: false })
    answer = serve
    expect(await get({ hubUrl: url })).toMatchObject({ found: true })
    expect(asked.find((request) => request.range)?.range).toMatch(/^bytes=[1-9]\d*-$/)
    await expectWhole()
  })

  it('begins again where the server cannot continue', async () => {
    answer = (_, response) => {
      response.writeHead(200).write(weights.subarray(0, 60_000))
      setTimeout(() => response.destroy(), 100)
    }
    await get({ hubUrl: url })
    answer = (request, response) => {
      delete request.headers.range
      serve(request, response)
    }
    expect(await get({ hubUrl: url })).toMatchObject({ found: true })
    await expectWhole()
  })

  it('refuses a hub that hands out something else, and says so', async () => {
    answer = (_, response) => void response.writeHead(200).end(Buffer.alloc(weights.length, 'evil'))
    const result = await get({ hubUrl: url })
    expect(result).toMatchObject({ found: false })
    expect(result.found || result.detail).toContain('is not the expected file')
    expect(await readdir(into()).catch(() => [])).not.toContain('small')
  })

  it('stops a hub that sends without end', async () => {
    answer = (_, response) => {
      response.writeHead(200)
      const more = () => void (response.destroyed || response.write(weights, () => setImmediate(more)))
      more()
    }
    expect(await get({ hubUrl: url })).toMatchObject({ found: false })
  })

  it('does not wait for a hub that never answers', async () => {
    answer = () => undefined
    const result = await get({ hubUrl: url, mavenUrl: undefined }, 200)
    expect(result.found || result.detail).toContain('does not answer')
  })

  it('takes it out of the Maven artefact of a repository mirror when there is no hub', async () => {
    expect(await get({ mavenUrl: `${url}/maven/` })).toMatchObject({
      found: true,
      source: `${url}/maven/, org.example:small-q:1.0`,
    })
    await expectWhole()
  })

  it('takes it through an installed mvn, with whatever mirror that is set up for', async () => {
    await writeFile(join(home, 'the.jar'), jar)
    const mvn = await aCommand(
      'mvn',
      `for word in "$@"; do case $word in -DoutputDirectory=*) cp "${home}/the.jar" "\${word#*=}/small-q-1.0.jar";; esac; done`,
    )
    expect(await get({ mvn })).toMatchObject({ found: true, source: 'Maven artefact org.example:small-q:1.0' })
    await expectWhole()
  })

  it('passes over an mvn that fails, and repeats its reason', async () => {
    const mvn = await aCommand('mvn', 'case $1 in --version) exit 0;; esac; echo "[ERROR] no such mirror"; exit 1')
    const result = await get({ mvn })
    expect(result.found || result.detail).toContain('no such mirror')
  })

  it('ends with words an administrator can act on when nothing is reachable', async () => {
    const result = await get({
      folders: [join(home, 'nowhere')],
      hubUrl: 'http://127.0.0.1:9',
      mvn: join(home, 'no-mvn'),
    })
    expect(result).toMatchObject({ found: false })
    if (result.found) return
    expect(result.detail).toContain('search works with words alone')
    expect(result.detail).toContain('nowhere does not exist')
    expect(result.remedy).toContain('INNOSYNTH_MODELS')
  })
})

describe('the places that the settings allow', () => {
  const settings = { folders: ['/models'], hubUrl: undefined, mavenUrl: 'https://maven.example', offline: false }

  it('are the folders, the hub, Maven', () => {
    expect(modelPlaces(settings)).toMatchObject({
      folders: ['/models'],
      hubUrl: expect.stringContaining('https://'),
      mvn: 'mvn',
    })
    expect(modelPlaces({ ...settings, hubUrl: 'https://mirror.example' }).hubUrl).toBe('https://mirror.example')
  })

  it('are the folders alone where the machine is told to stay offline', () => {
    expect(modelPlaces({ ...settings, offline: true })).toEqual({ folders: ['/models'] })
  })
})

async function aCommand(name: string, body: string): Promise<string> {
  const path = join(home, name)
  await writeFile(path, `#!/bin/sh\nPATH=$PATH${delimiter}/bin\n${body}\n`)
  await chmod(path, 0o755)
  return path
}
