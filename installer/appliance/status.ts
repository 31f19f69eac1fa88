/** innosynth status: what runs, in one look. */
import { containersOf, deviations } from './containers.ts'
import { readConfiguration } from './deployment.ts'
import { urlOf } from './config.ts'
import { askProduct } from './endpoint.ts'
import { readLock, readState } from './state.ts'
import type { Verb } from './verb.ts'

export const verb: Verb = {
  name: 'status',
  summary: 'show what runs',
  options: {},
  run: async ({ dir, engine }) => {
    const { configuration } = await readConfiguration(dir)
    const project = String(configuration.project)
    const [state, held, containers] = await Promise.all([readState(dir), readLock(dir), containersOf(engine, project)])
    const services = containers.filter(({ oneOff }) => !oneOff)
    const reasons = await deviations(engine, project)
    const reached = await askProduct(configuration, '/api/health').then(
      ({ status }) => status === 200,
      () => false,
    )
    const well = reasons.length === 0 && reached
    const width = Math.max(10, ...services.map(({ name }) => name.length))
    const lines = services.map(
      ({ name, status, health, restarts }) =>
        `  ${name.padEnd(width)}  ${status}${health ? `, ${health}` : ''}${restarts > 0 ? `, ${restarts} restarts` : ''}`,
    )
    return {
      code: well ? 0 : 1,
      text: [
        `InnoSynth ${state.version ?? '(not installed completely)'} at ${urlOf(configuration)}: ${well ? 'all is well' : reached ? 'answers, but not all is as it should be' : 'does not answer'}`,
        ...lines,
        ...reasons.map((reason) => `  ! ${reason}`),
        ...(state.journal && !held?.alive
          ? [
              `  ! ${state.journal.operation} was cut off at ${state.journal.phases.at(-1)?.name ?? 'its start'}; run it again`,
            ]
          : []),
        ...(held ? [`  ${held.alive ? 'at work' : 'left a lock'}: ${held.purpose} (process ${held.pid})`] : []),
      ].join('\n'),
      data: {
        version: state.version,
        url: urlOf(configuration),
        reached,
        reasons,
        services: services.map(({ name, service, image, status, health, restarts, startedAt }) => ({
          name,
          service,
          image,
          status,
          health,
          restarts,
          startedAt,
        })),
        lock: held ? { purpose: held.purpose, pid: held.pid, alive: held.alive } : null,
      },
    }
  },
}
