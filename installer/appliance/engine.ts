/** The one way to other programs, so that every decision can be tested without an engine. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Stop } from './verb.ts'

export type RunOptions = {
  cwd?: string
  /** Added to the environment of this process. */
  env?: Record<string, string>
  /** Written to the program's stdin; without it stdin is empty. */
  input?: string | Uint8Array | Readable
  /** Milliseconds; then the program is ended and the code is 124. */
  timeout?: number
  /** Ends the program early. */
  signal?: AbortSignal
  /** Each line as it comes, of stdout and stderr. */
  onLine?: (line: string) => void
  /** Stdin, stdout and stderr are the terminal's; nothing is caught. */
  terminal?: boolean
}
export type RunResult = { code: number; stdout: string; stderr: string }
/** Never throws for a program that fails: the code tells. A program that is not there gives 127. */
export type Run = (command: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>

export const runProcess: Run = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      ...(options.signal ? { signal: options.signal } : {}),
      env: { ...process.env, ...options.env },
      stdio: options.terminal ? 'inherit' : ['pipe', 'pipe', 'pipe'],
    })
    const heard = { stdout: '', stderr: '' }
    let late = false
    const timer = options.timeout
      ? setTimeout(() => {
          late = true
          child.kill('SIGKILL')
        }, options.timeout)
      : undefined
    for (const name of ['stdout', 'stderr'] as const) {
      let rest = ''
      child[name]?.setEncoding('utf8').on('data', (part: string) => {
        heard[name] += part
        if (!options.onLine) return
        const lines = (rest + part).split(/\r?\n/)
        rest = lines.pop() ?? ''
        for (const line of lines) options.onLine(line)
      })
    }
    child.stdin?.on('error', () => {}) // a program may end without reading what it is given
    const { input = '' } = options
    if (input instanceof Readable) {
      // Cut short input must not look like its end: the program is stopped, and says so by its code.
      input.on('error', () => child.kill('SIGKILL'))
      if (child.stdin) input.pipe(child.stdin)
    } else child.stdin?.end(input)
    const done = (code: number, stderr = heard.stderr) => {
      clearTimeout(timer)
      resolve({ code, stdout: heard.stdout, stderr })
    }
    child.once('error', (error: NodeJS.ErrnoException) => done(error.code === 'ENOENT' ? 127 : 126, error.message))
    child.once('close', (code, signal) => done(late ? 124 : (code ?? (signal ? 137 : 1))))
  })

export type Engine = {
  /** `docker ARGS`. */
  docker(args: readonly string[], options?: RunOptions): Promise<RunResult>
  /** `docker compose ARGS` on the stack of the deployment folder. */
  compose(args: readonly string[], options?: RunOptions): Promise<RunResult>
  /** As `compose`, and stops the command with the engine's own last words where it fails. */
  mustCompose(what: string, args: readonly string[], options?: RunOptions): Promise<string>
  mustDocker(what: string, args: readonly string[], options?: RunOptions): Promise<string>
  /** One-shot container of the application image: `server/src/command.ts VERB ARGS`. Gives stdout. */
  command(args: readonly string[], options?: RunOptions & { mounts?: string[]; user?: string }): Promise<RunResult>
}

export function createEngine(run: Run, dir: string): Engine {
  const docker: Engine['docker'] = (args, options) => run('docker', args, options)
  const compose: Engine['compose'] = (args, options) =>
    docker(
      [
        'compose',
        '--project-directory',
        dir,
        '--file',
        join(dir, 'docker-compose.yml'),
        '--env-file',
        join(dir, '.env'),
        ...args,
      ],
      options,
    )
  const must =
    (how: Engine['docker']) =>
    async (what: string, args: readonly string[], options?: RunOptions): Promise<string> => {
      const result = await how(args, options)
      if (result.code !== 0)
        throw new Stop('engine', `${what} failed: ${lastWords(result)}`, 'Run `innosynth doctor` to see why.', 4)
      return result.stdout
    }
  return {
    docker,
    compose,
    mustCompose: must(compose),
    mustDocker: must(docker),
    command: (args, { mounts = [], user, ...options } = {}) =>
      compose(
        [
          '--profile',
          'command',
          'run',
          '--rm',
          '--no-deps',
          '-T',
          ...(user ? ['--user', user] : []),
          ...mounts.flatMap((mount) => ['--volume', mount]),
          'command',
          ...args,
        ],
        options,
      ),
  }
}

/** The last lines a program said, for a sentence. */
export function lastWords({ stdout, stderr }: RunResult, lines = 3): string {
  const said = (stderr.trim() || stdout.trim()).split('\n').filter((line) => line.trim())
  return said.slice(-lines).join(' / ') || 'it said nothing'
}

/** Each line of `--format json` output, or one list, as objects. */
export function jsonLines<T>(stdout: string): T[] {
  const trimmed = stdout.trim()
  if (!trimmed) return []
  if (trimmed.startsWith('[')) return JSON.parse(trimmed) as T[]
  return trimmed.split('\n').map((line) => JSON.parse(line) as T)
}
