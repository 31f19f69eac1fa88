/** Tells the product what only the host knows, for the administrators' status page. */
import { X509Certificate } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { containersOf } from './containers.ts'
import type { Configuration } from './config.ts'
import type { Context } from './verb.ts'

type Facts = Record<string, unknown>

/** Writes facts into the database. False where it does not take them: a backup is no worse for that. */
export async function tellFacts(context: Context, facts: Facts): Promise<boolean> {
  const result = await context.engine.command(['facts', '--write'], { input: JSON.stringify(facts), timeout: 120_000 })
  if (result.code !== 0) context.say('The status page could not be told; everything else is done.')
  return result.code === 0
}

/** Services, disks and certificate as they are now. */
export async function hostFacts(context: Context, configuration: Configuration, version: string): Promise<Facts> {
  const { engine } = context
  const at = context.now().toISOString()
  const containers = (await containersOf(engine, String(configuration.project))).filter(({ oneOff }) => !oneOff)
  const root = (await engine.docker(['info', '--format', '{{.DockerRootDir}}'])).stdout.trim()
  const disks = [
    { use: 'data', path: root },
    { use: 'backup', path: String(configuration['backup.dir']) },
  ]
  const measured = await Promise.all(
    disks.map(async ({ use, path }) => {
      const found = await statfs(path).catch(() => null)
      return found ? [{ use, free: found.bavail * found.bsize, total: found.blocks * found.bsize }] : []
    }),
  )
  return {
    host: {
      at,
      version,
      disks: measured.flat(),
      services: containers
        .filter(({ service }) => service !== 'migrate')
        .map(({ service, running, health, image }) => ({
          name: service,
          running,
          healthy: running && (health === null || health === 'healthy'),
          image,
        })),
    },
    certificate: { at, mode: String(configuration['tls.mode']), expires: await certificateEnd(context) },
  }
}

/** When the certificate that browsers get ends, read from the proxy's own files; null where that cannot be told. */
async function certificateEnd({ engine }: Context): Promise<string | null> {
  const { code, stdout } = await engine.compose(
    [
      ...['exec', '-T', 'proxy', 'sh', '-c'],
      'if [ -s /run/secrets/tls.crt ]; then cat /run/secrets/tls.crt; else cat $(find /data/caddy/certificates -name "*.crt" | head -n 1); fi',
    ],
    { timeout: 30_000 },
  )
  if (code !== 0 || !stdout.includes('BEGIN CERTIFICATE')) return null
  try {
    return new Date(new X509Certificate(stdout).validTo).toISOString()
  } catch {
    return null
  }
}
