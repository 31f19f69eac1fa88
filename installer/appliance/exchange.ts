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
  await stopUsers(context)
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
    return await startStack({ ...context, engine }, project)
  } finally {
    clearInterval(looking)
  }
}

/**
 * Worker and server end while their database still answers: compose would stop it together with them, and a worker that
 * cannot say goodbye to its queue waits for its whole grace. What does not run is no fault.
 */
export async function stopUsers({ engine }: Context): Promise<void> {
  await engine.compose(['stop', '--timeout', '60', 'worker'])
  await engine.compose(['stop', '--timeout', '30', 'server'])
}
