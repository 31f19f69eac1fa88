/** What every command is made of: the shape of a verb, what it is given, and what it gives back. */
import type { Engine, Run } from './engine.ts'

/** Exit codes, the same for every verb. 3: failed and put back. 4: failed, a person is needed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

export type Option = {
  type: 'string' | 'boolean'
  summary: string
  /** Names the value in the help: `--config FILE`. */
  value?: string
  multiple?: boolean
}

export type Given = {
  /** Values of the verb's options by name; a repeated option is a list. */
  options: Record<string, string | boolean | (string | boolean)[] | undefined>
  /** What stood beside the options. */
  args: string[]
}

export type Context = {
  /** The deployment folder, absolute. */
  dir: string
  /** Where this command line lies: a checkout or an unpacked bundle; holds docker-compose.yml and compose/. */
  source: string
  run: Run
  /** The engine, speaking about the stack of `dir`. */
  engine: Engine
  /** One line for the person, on stderr. */
  say(text: string): void
  /** Runs work and says on stderr that it goes on, where it takes more than two seconds. */
  progress<T>(what: string, work: () => Promise<T>): Promise<T>
  /** Asks the person; null where nobody sits at a terminal (or --json, or --yes). */
  ask: Ask | null
  /** Rehearsal: a process told `--fault NAME` dies here as if by kill -9. */
  checkpoint(name: string): void
  now(): Date
}

export type Ask = (question: string, fallback?: string) => Promise<string>

export type Outcome = {
  code: ExitCode
  /** For people, on stdout. */
  text: string
  /** For programs: the object that --json prints, together with `ok`, `verb` and `code`. */
  data: Record<string, unknown>
}

export type Verb = {
  name: string
  summary: string
  /** Words after the name: `[SERVICE...]`. */
  usage?: string
  /** Further lines of the help. */
  details?: string
  options: Record<string, Option>
  run(context: Context, given: Given): Promise<Outcome>
}

/** What stops a command on purpose: a stable word, a sentence that says what happened, and what to do. */
export class Stop extends Error {
  override name = 'Stop'
  readonly word: string
  readonly exit: ExitCode
  readonly remedy: string
  constructor(word: string, message: string, remedy = '', exit: ExitCode = 2) {
    super(message)
    this.word = word
    this.remedy = remedy
    this.exit = exit
  }
}

/** One string option, or undefined. */
export const text = ({ options }: Given, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
export const flag = ({ options }: Given, name: string): boolean => options[name] === true
export const list = ({ options }: Given, name: string): string[] => {
  const value = options[name]
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []
}
