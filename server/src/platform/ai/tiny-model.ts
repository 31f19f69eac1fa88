/**
 * A real model of a few kilobytes for tests: ten words, eight dimensions, every word its own fixed vector. It goes through
 * the same tokenizer, ONNX runtime and pooling as the large ones, so a test that uses it can fail where they would.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmbeddingEntry } from './manifest.ts'

const words = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  '[',
  ']',
  'mask',
  'query',
  'passage',
  ':',
  'red',
  'green',
  'blue',
  'car',
  'boat',
]
const dimension = 8

export const tinyEntry: EmbeddingEntry = {
  name: 'tiny',
  task: 'embedding',
  languages: ['en'],
  dimension,
  pooling: 'mean',
  maxTokens: 8,
  licence: 'CC0-1.0',
  prefixes: { query: 'query: ', passage: 'passage: ' },
  files: [{ path: 'onnx/model_quantized.onnx', bytes: 1, sha256: '0'.repeat(64) }],
  write: {},
  sources: [],
}

/** The vector of a word before pooling: a fixed pattern that no other word shares. */
export function vectorOf(word: string): number[] {
  const row = words.indexOf(word)
  return Array.from({ length: dimension }, (_, i) => Math.sin((row + 1) * (i + 1)))
}

/** Writes the model into `<parent>/tiny/` and returns that folder. */
export async function writeTinyModel(parent: string): Promise<string> {
  const folder = join(parent, 'tiny')
  await mkdir(join(folder, 'onnx'), { recursive: true })
  await writeFile(join(folder, 'onnx', 'model_quantized.onnx'), graph())
  await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'bert', architectures: ['BertModel'] }))
  await writeFile(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({ tokenizer_class: 'BertTokenizer', model_max_length: 512 }),
  )
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer()))
  return folder
}

function tokenizer() {
  const special = (content: string) => ({
    id: words.indexOf(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })
  const sign = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
  const named = (id: string) => ({ id, ids: [words.indexOf(id)], tokens: [id] })
  return {
    version: '1.0',
    added_tokens: words.slice(0, 5).map(special),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [sign('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, sign('[SEP]')],
      pair: [],
      special_tokens: { '[CLS]': named('[CLS]'), '[SEP]': named('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  }
}

/** ONNX, written by hand: one Gather from the table of word vectors. Field numbers are those of onnx.proto3. */
function graph(): Buffer {
  const float = 1
  const int64 = 7
  const input = (name: string) => valueInfo(name, int64, ['batch', 'tokens'])
  const table = Buffer.concat([
    whole(1, words.length),
    whole(1, dimension),
    whole(2, float),
    text(8, 'words'),
    bytes(9, Buffer.from(new Float32Array(words.flatMap(vectorOf)).buffer)),
  ])
  const node = Buffer.concat([text(1, 'words'), text(1, 'input_ids'), text(2, 'last_hidden_state'), text(4, 'Gather')])
  const body = Buffer.concat([
    bytes(1, node),
    text(2, 'tiny'),
    bytes(5, table),
    ...['input_ids', 'attention_mask', 'token_type_ids'].map((name) => bytes(11, input(name))),
    bytes(12, valueInfo('last_hidden_state', float, ['batch', 'tokens', 'dimension'])),
  ])
  return Buffer.concat([whole(1, 8), bytes(7, body), bytes(8, Buffer.concat([text(1, ''), whole(2, 17)]))])
}

function valueInfo(name: string, type: number, axes: string[]): Buffer {
  const shape = Buffer.concat(axes.map((axis) => bytes(1, text(2, axis))))
  return Buffer.concat([text(1, name), bytes(2, bytes(1, Buffer.concat([whole(1, type), bytes(2, shape)])))])
}

function varint(value: number): Buffer {
  const out: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...out, rest])
    out.push((rest & 127) | 128)
  }
}
const whole = (field: number, value: number) => Buffer.concat([varint(field << 3), varint(value)])
const bytes = (field: number, content: Buffer) =>
  Buffer.concat([varint((field << 3) | 2), varint(content.length), content])
const text = (field: number, content: string) => bytes(field, Buffer.from(content))
