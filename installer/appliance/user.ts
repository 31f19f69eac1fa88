/** innosynth user: people who cannot get in, through a one-shot container beside the stack. */
import { readConfiguration } from './deployment.ts'
import { greeting } from './greeting.ts'
import { lastWords } from './engine.ts'
import { type Context, type Outcome, Stop, text, type Verb } from './verb.ts'

type Link = { url: string; expiresAt: string }
type Person = { name: string; email: string; role: string; state: string; lastSignInAt: string | null }

export const verb: Verb = {
  name: 'user',
  summary: 'help people in: list, create-admin, reset-password, unlock',
  usage: 'list | create-admin [EMAIL] | reset-password EMAIL | unlock EMAIL',
  details:
    'create-admin     before the first account: the one-time link of the installation; later: a link for one more owner\nreset-password   a link on which the person chooses a new password\nunlock           lets somebody in again who was disabled',
  options: { name: { type: 'string', value: 'NAME', summary: 'create-admin: the name of the person' } },
  run: async (context, given) => {
    const [what = 'list', email] = given.args
    const { configuration } = await readConfiguration(context.dir)
    if (what === 'list') return listPeople(context)
    if (what === 'create-admin' && !email) {
      const { link } = await greeting(context, configuration)
      if (!link)
        throw new Stop(
          'set-up',
          'This installation has its first account.',
          'Give an address: innosynth user create-admin EMAIL.',
        )
      return { code: 0, text: link, data: { link } }
    }
    if (!['create-admin', 'reset-password', 'unlock'].includes(what))
      throw new Stop('usage', `user knows no "${what}".`, 'See `innosynth user --help`.')
    if (!email) throw new Stop('usage', `Say whom: innosynth user ${what} EMAIL.`)
    const name = text(given, 'name')
    const answer = await ask<{ link?: Link; person?: Person }>(context, [
      `user-${what}`,
      '--email',
      email,
      ...(name ? ['--name', name] : []),
    ])
    if (answer.link)
      return {
        code: 0,
        text: `${answer.link.url}\n  works once, until ${answer.link.expiresAt}`,
        data: { link: answer.link },
      }
    return { code: 0, text: `${answer.person?.email} may sign in again.`, data: { ...answer } }
  },
}

async function listPeople(context: Context): Promise<Outcome> {
  const { people } = await ask<{ people: Person[] }>(context, ['user-list'])
  const lines = people.map(
    ({ name, email, role, state, lastSignInAt }) =>
      `${email.padEnd(32)} ${role.padEnd(7)} ${state.padEnd(9)} ${lastSignInAt ?? 'never signed in'}  ${name}`,
  )
  return { code: 0, text: lines.join('\n') || 'There is nobody yet.', data: { people } }
}

/** The last line on stdout is the result. */
async function ask<T>({ engine, progress }: Context, args: string[]): Promise<T> {
  const result = await progress('Asking the installation', () => engine.command(args, { timeout: 120_000 }))
  const line = result.stdout.trim().split('\n').at(-1) ?? ''
  if (result.code !== 0) throw new Stop('user', lastWords(result, 1), '', result.code === 4 ? 4 : 1)
  return JSON.parse(line) as T
}
