/** This machine, as checks see it. */
import { access, mkdtemp, open, readFile, realpath, rm, statfs } from 'node:fs/promises'
import { lookup } from 'node:dns/promises'
import { availableParallelism, networkInterfaces, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { Host } from './check.ts'
import type { Engine, Run } from './engine.ts'

export function thisHost(run: Run, engine: Engine): Host {
  return {
    run,
    engine,
    read: (path) => readFile(path, 'utf8').catch(() => null),
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    space: async (path) => {
      const { bavail, blocks, bsize, files, ffree } = await statfs(await nearest(path))
      return { free: bavail * bsize, total: blocks * bsize, files, freeFiles: ffree }
    },
    real: async (path) => realpath(await nearest(path)),
    syncTimes,
    cpus: availableParallelism,
    memory: () => ({ total: totalmem() }),
    addresses: () => Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
    resolve: (name) =>
      lookup(name, { all: true }).then(
        (all) => all.map(({ address }) => address),
        () => [],
      ),
    uid: () => process.getuid?.() ?? -1,
    now: () => new Date(),
    arch: process.arch,
    platform: process.platform,
  }
}

async function nearest(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    if (
      await access(at).then(
        () => true,
        () => false,
      )
    )
      return at
    if (at === dirname(at)) return at
  }
}

async function syncTimes(path: string, n: number): Promise<number[]> {
  const folder = await mkdtemp(join(await nearest(path), '.innosynth-probe-'))
  try {
    const file = await open(join(folder, 'probe'), 'w')
    const block = Buffer.alloc(8192, 1)
    const times: number[] = []
    for (let i = 0; i < n; i++) {
      const started = performance.now()
      await file.write(block, 0, block.length, i * block.length)
      await file.datasync()
      times.push(performance.now() - started)
    }
    await file.close()
    return times
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
