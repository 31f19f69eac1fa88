/** A folder of real files goes in as fast as it will: time, and the memory of all processes meanwhile. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Measurement } from './main.ts'
import { type RealServer, until } from './real-server.ts'

export async function benchIngestFolder(server: RealServer, folder: string): Promise<Measurement[]> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  let peak = 0
  let watching = true
  const watch = (async () => {
    while (watching) {
      peak = Math.max(peak, await server.memory())
      await new Promise((wake) => setTimeout(wake, 250))
    }
  })()
  const started = performance.now()
  const queue = [...entries]
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      for (let entry = queue.pop(); entry; entry = queue.pop())
        await server.api(
          'POST',
          `/api/documents?same=keep&name=${encodeURIComponent(basename(entry.name))}`,
          await readFile(join(entry.parentPath, entry.name)),
        )
    }),
  )
  await until(
    async () => (await server.get<{ running: number }>('/api/activity')).running === 0,
    900_000,
    'still running',
    500,
  )
  const seconds = (performance.now() - started) / 1000
  watching = false
  await watch
  return [
    { name: 'ingest.folder.seconds', value: seconds, unit: 's', n: entries.length },
    {
      name: 'ingest.folder.memory',
      value: peak / 1024 ** 2,
      unit: 'MiB, all processes (PSS), at most',
      n: entries.length,
    },
  ]
}
