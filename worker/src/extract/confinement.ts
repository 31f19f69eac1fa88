/** How the process that reads documents is started: no rights beyond reading its own code. */
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = realpathSync(dirname(fileURLToPath(import.meta.url)))

/** Ways to a network namespace without interfaces: as root, else through a user namespace. */
const unshareWays = [['-n'], ['-r', '-n']]
let unshare: string[] | undefined

/** The command words that take the network away, found out once; empty where the system does not allow it. */
export function networkNamespace(): string[] {
  if (!unshare) {
    const way = process.platform === 'linux'
      ? unshareWays.find(flags => spawnSync('unshare', [...flags, 'true'], { stdio: 'ignore', timeout: 5_000 }).status === 0)
      : undefined
    unshare = way ? ['unshare', ...way] : []
  }
  return unshare
}

/** Folders the process may read: its code, the shapes it shares with the server, and the libraries. */
export function readableFolders(): string[] {
  const root = join(here, '../../..')
  const folders = [here, join(root, 'worker/package.json'), join(root, 'server/package.json'), join(root, 'package.json'), join(root, 'server/src/domain/documents')]
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules'))) folders.push(realpathSync(join(folder, 'node_modules')))
  }
  return folders
}

/** `heapMegabytes` bounds the JavaScript heap; memory of WebAssembly is watched from outside. */
export function startConfined(heapMegabytes: number, entry = join(here, 'child/main.ts')): ChildProcess {
  const node = [
    process.execPath,
    '--permission',
    ...[...new Set([...readableFolders(), dirname(entry)])].map(folder => `--allow-fs-read=${folder}`),
    '--disable-sigusr1',
    '--no-warnings',
    // Less memory held back between files, for a few percent of speed.
    '--max-semi-space-size=8',
    `--max-old-space-size=${Math.max(64, Math.round(heapMegabytes))}`,
    entry,
  ]
  const [command, ...words] = [...networkNamespace(), ...node]
  return spawn(command!, words, {
    cwd: here,
    // Nothing of our environment, so no secret, goes in; unshare itself is found by the parent's path.
    env: {},
    stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  })
}
