/** A model from the Hugging Face hub, or from a mirror of it, at a pinned revision. */
import { join } from 'node:path'
import { download } from './download.ts'
import type { HubSource, ModelEntry } from './manifest.ts'

export const publicHub = 'https://huggingface.co'

type Way = { hubUrl: string; signal?: AbortSignal; onProgress?: (share: number) => void; patience?: number }

/** Brings every file of the model into `staging`. Throws an Error that names the address that failed. */
export async function obtainFromHub(entry: ModelEntry, source: HubSource, staging: string, way: Way): Promise<void> {
  const total = entry.files.reduce((sum, file) => sum + file.bytes, 0)
  let before = 0
  for (const file of entry.files) {
    const url = `${way.hubUrl.replace(/\/+$/, '')}/${source.repository}/resolve/${source.revision}/${file.path}`
    await download(url, join(staging, file.path), {
      ...file,
      signal: way.signal,
      patience: way.patience,
      onBytes: (bytes) => way.onProgress?.((before + bytes) / total),
    })
    before += file.bytes
  }
}
