/** How the process that reads documents is started: no rights beyond reading its own code. */
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = realpathSync(dirname(fileURLToPath(import.meta.url)))

/** Ways to a network namespace without interfaces: as root, else through a user namespace. */
const namespaces = [['unshare', '-n'], ['unshare', '-r', '-n'], []]
/** Ends the process with its parent, even in the middle of an endless loop. */
const endWithParent = ['setpriv', '--pdeathsig', 'KILL']
let launcher: string[] | undefined

/**
 * The command words that start a program without network, and that end it when we are killed; found out once.
 * Fewer or none where the system does not allow it.
 */
export function confiningWords(): string[] {
  if (!launcher) {
    const ways =
      process.platform === 'linux' ? [...namespaces.map((words) => [...words, ...endWithParent]), ...namespaces] : []
    launcher =
      ways.find(
        ([command, ...words]) =>
          command && spawnSync(command, [...words, 'true'], { stdio: 'ignore', timeout: 5_000 }).status === 0,
      ) ?? []
  }
  return launcher
}

/** Folders the process may read: its code, the shapes it shares with the server, and the libraries. */
export function readableFolders(): string[] {
  const root = join(here, '../../..')
  const folders = [
    here,
    join(root, 'worker/package.json'),
    join(root, 'server/package.json'),
    join(root, 'package.json'),
    join(root, 'server/src/domain/documents'),
  ]
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
    ...[...new Set([...readableFolders(), dirname(entry)])].map((folder) => `--allow-fs-read=${folder}`),
    '--disable-sigusr1',
    '--no-warnings',
    // Less memory held back between files, for a few percent of speed.
    '--max-semi-space-size=8',
    `--max-old-space-size=${Math.max(64, Math.round(heapMegabytes))}`,
    entry,
  ]
  const [command, ...words] = [...confiningWords(), ...node]
  return spawn(command!, words, {
    cwd: here,
    // Nothing of our environment, so no secret, goes in.
    env: {},
    stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  })
}
