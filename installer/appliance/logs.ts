/** innosynth logs: what the services wrote. */
import { readConfiguration } from './deployment.ts'
import { flag, text, Stop, type Verb } from './verb.ts'

export const verb: Verb = {
  name: 'logs',
  summary: 'show what services wrote',
  usage: '[SERVICE...]',
  options: {
    since: { type: 'string', value: 'TIME', summary: 'from then on: 30m, 48h, 2026-11-24T10:00:00 (default 1h)' },
    tail: { type: 'string', value: 'LINES', summary: 'the last lines of each (default 200)' },
    follow: { type: 'boolean', summary: 'go on until interrupted' },
  },
  run: async ({ dir, engine }, given) => {
    await readConfiguration(dir)
    const since = text(given, 'since') ?? '1h'
    const tail = text(given, 'tail') ?? '200'
    if (!/^(\d+|all)$/.test(tail)) throw new Stop('usage', '--tail takes a number of lines or "all".')
    const args = [
      'logs',
      '--no-color',
      '--timestamps',
      '--since',
      since,
      '--tail',
      tail,
      ...(flag(given, 'follow') ? ['--follow'] : []),
      '--',
      ...given.args,
    ]
    if (flag(given, 'follow')) {
      const { code } = await engine.compose(args, { terminal: true })
      return { code: code === 0 || code === 130 ? 0 : 4, text: '', data: {} }
    }
    const written = await engine.mustCompose('Reading logs', args)
    return { code: 0, text: written.trimEnd(), data: { since, lines: written.split('\n').filter(Boolean) } }
  },
}
