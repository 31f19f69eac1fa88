import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Run } from './engine.ts'
import { main, verbFiles } from './main.ts'

/** The command line in this process, with an engine that answers `answer` to everything. */
async function innosynth(args: string[], answer: Run = async () => ({ code: 0, stdout: '', stderr: '' })) {
  const heard = { out: '', said: '' }
  const code = await main(args, {
    out: (text) => (heard.out += `${text}\n`),
    say: (text) => (heard.said += `${text}\n`),
    terminal: false,
    run: answer,
  })
  return { code, ...heard }
}
const nowhere = ['--dir', '/nonexistent/innosynth']

describe('the command line', () => {
  it.each(Object.keys(verbFiles))('%s explains itself, with its options and the exit codes', async (name) => {
    const { code, out } = await innosynth([name, '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(new RegExp(`^innosynth ${name}: \\S`))
    for (const word of ['--dir', '--json', 'Exit codes: 0 done']) expect(out).toContain(word)
  })

  it('lists every command with a line on what it does', async () => {
    const { out, code } = await innosynth(['--help'])
    expect(code).toBe(0)
    for (const name of Object.keys(verbFiles)) expect(out).toMatch(new RegExp(`^  ${name} +\\S.{8}`, 'm'))
  })

  it('without a command shows the list and counts as wrong use', async () => expect((await innosynth([])).code).toBe(2))

  it.each([[['fly']], [['status', '--fast']], [['logs', '--tail', 'x', ...nowhere]]])(
    '%o is wrong use: 2, and no stack trace',
    async (args) => {
      const { code, said, out } = await innosynth(args)
      expect(code).toBe(2)
      expect(said).not.toMatch(/\n\s+at /)
      expect(out).toBe('')
    },
  )

  it.each(['status', 'doctor', 'logs', 'uninstall', 'rotate', 'support-bundle', 'user', 'models'])(
    '%s where nothing is installed says so, for people and for programs',
    async (name) => {
      const { code, out } = await innosynth([name, '--json', ...nowhere])
      expect(code).toBe(2)
      expect(JSON.parse(out)).toMatchObject({
        verb: name,
        ok: false,
        error: { word: 'not-installed', remedy: expect.stringContaining('innosynth install') },
      })
    },
  )

  it('uninstall without a person and without --yes removes nothing', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'innosynth-main-'))
    try {
      await writeFile(join(dir, 'innosynth.yaml'), 'hostname: localhost\n')
      await writeFile(join(dir, 'docker-compose.yml'), 'services: {}\n')
      const calls: string[] = []
      const { code, out } = await innosynth(['uninstall', '--json', '--dir', dir], async (_command, args) => {
        calls.push(args.join(' '))
        return { code: 0, stdout: '', stderr: '' }
      })
      expect(code).toBe(2)
      expect(JSON.parse(out).error.word).toBe('confirm')
      expect(calls.filter((line) => /\b(down|rm)\b/.test(line))).toEqual([])
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  })
})
