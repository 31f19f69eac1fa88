/** Brings the stack up and waits until it is healthy; says which container is not, with its last words. */
import { containersOf, deviations, rendered } from './containers.ts'
import { type Engine, lastWords } from './engine.ts'
import { type Context, Stop } from './verb.ts'

/** How long a first start may take: the database is made, the models are read. Seconds. */
const patience = 600

/** @returns what was started or made anew; empty where everything already ran as asked */
export async function startStack({ engine }: Context, project: string): Promise<string[]> {
  if ((await deviations(engine, project)).length === 0) return []
  const before = new Map((await containersOf(engine, project)).map((one) => [one.name, `${one.id} ${one.startedAt}`]))
  const result = await engine.compose(
    ['up', '--detach', '--wait', '--wait-timeout', String(patience), '--remove-orphans', '--no-build'],
    {
      timeout: (patience + 60) * 1000,
    },
  )
  const gone = await removeDeselected(engine, project)
  const after = await containersOf(engine, project)
  // compose reports a one-shot service that ended as it should as a failed wait in some versions; the containers decide.
  const left = await deviations(engine, project)
  if (result.code !== 0 && left.length > 0) {
    const bad = after.filter(
      (one) => (!one.running && one.exitCode !== 0) || one.health === 'unhealthy' || one.restarts > 0,
    )
    const words = await Promise.all(
      bad
        .slice(0, 3)
        .map(async ({ id, name }) => `${name}: ${lastWords(await engine.docker(['logs', '--tail', '5', id]), 2)}`),
    )
    throw new Stop(
      'start',
      [`The stack did not become healthy: ${left.join('; ')}.`, ...words, lastWords(result)].join('\n  '),
      'See `innosynth doctor` and `innosynth logs`; then run the command again, it goes on.',
      4,
    )
  }
  return [
    ...gone.map((name) => `${name} removed`),
    ...after
      .filter((one) => before.get(one.name) !== `${one.id} ${one.startedAt}`)
      .map(({ name }) => `${name} started`),
  ]
}

/**
 * Containers of services that a setting switched off. Compose calls orphans only those that no file names, and would leave a
 * language model running whose profile is no longer chosen. Gives their names.
 */
async function removeDeselected(engine: Engine, project: string): Promise<string[]> {
  const { services } = await rendered(engine)
  const left = (await containersOf(engine, project)).filter(({ service, oneOff }) => !oneOff && !services[service])
  for (const { id } of left) {
    await engine.docker(['stop', '--time', '20', id])
    await engine.docker(['rm', '--force', id])
  }
  return left.map(({ name }) => name)
}
