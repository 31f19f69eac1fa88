/** Exchanges the running services for those the files name, and gives up as soon as one of them is seen to fail. */
import { containersOf } from './containers.ts'
import { startStack } from './start.ts'
import type { Context } from './verb.ts'

/** A container that was started anew so often will not come up; compose itself would wait for its whole patience. */
const restartsTooMany = 3

/** As startStack: throws a Stop with the container's last words. */
export async function exchangeServices(context: Context, project: string): Promise<string[]> {
  const given = new AbortController()
  // Those that are about to go may well be unhealthy while what they need is exchanged.
  const old = new Set((await containersOf(context.engine, project)).map(({ id }) => id))
  const engine = {
    ...context.engine,
    // Only the waiting ends early; what is asked afterwards must still be answered.
    compose: (args: readonly string[], options = {}) =>
      context.engine.compose(args, args[0] === 'up' ? { ...options, signal: given.signal } : options),
  }
  const looking = setInterval(() => {
    containersOf(context.engine, project)
      .then((all) => {
        const failed = all.some(
          ({ id, restarts, health, oneOff }) =>
            !oneOff && !old.has(id) && (restarts >= restartsTooMany || health === 'unhealthy'),
        )
        if (failed) given.abort()
      })
      .catch(() => {})
  }, 1000)
  try {
    await exchangeInTurn({ ...context, engine })
    return await startStack({ ...context, engine }, project)
  } finally {
    clearInterval(looking)
  }
}

/**
 * Left to itself compose takes everything down from the proxy on and brings it up from the database on: the address is silent
 * for the sum of all waits, a second migration included. In turn each is away for its own exchange alone, and the proxy, which
 * needs nobody while it starts, comes last. What does not come up here is judged by startStack, which says why.
 */
async function exchangeInTurn({ engine }: Context): Promise<void> {
  // It cannot say goodbye to its queue once the database is away, and would wait for its whole grace.
  await engine.compose(['stop', '--timeout', '60', 'worker'])
  for (const services of turns) {
    const { code } = await engine.compose([
      ...['up', '--detach', '--wait', '--wait-timeout', '120', '--no-build', '--no-deps'],
      ...services,
    ])
    if (code !== 0) return
  }
}

/** Server and worker stand together: both are there before the proxy, which waits for neither, is exchanged. */
const turns = [['objectstore'], ['postgres'], ['server', 'worker'], ['proxy']]

/**
 * Worker and server end while their database still answers: compose would stop it together with them, and a worker that
 * cannot say goodbye to its queue waits for its whole grace. What does not run is no fault.
 */
export async function stopUsers({ engine }: Context): Promise<void> {
  await engine.compose(['stop', '--timeout', '60', 'worker'])
  await engine.compose(['stop', '--timeout', '30', 'server'])
}
