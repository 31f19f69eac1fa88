/** Whether the engine can still give each network of the stack a range of addresses, and one that is nobody else's. */
import { type Check, found, ok } from './check.ts'

/** The ranges of an engine whose daemon.json names none: 31 networks in all. */
const usual: Pool[] = [
  ...Array.from({ length: 15 }, (_, i) => ({ Base: `172.${17 + i}.0.0/16`, Size: 16 })),
  { Base: '192.168.0.0/16', Size: 20 },
]
type Pool = { Base: string; Size: number }
type Range = { first: number; last: number }

/** `10.1.0.0/16`, or null for what is no IPv4 range. */
function rangeOf(cidr: string): Range | null {
  const [, a, b, c, d, bits = '32'] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(cidr) ?? []
  if (a === undefined) return null
  const size = 2 ** (32 - Number(bits))
  const at = ((Number(a) * 256 + Number(b)) * 256 + Number(c)) * 256 + Number(d)
  const first = at - (at % size)
  return { first, last: first + size - 1 }
}

/** How many networks the pools still give when these ranges are taken. Pools of IPv6 do not count. */
export function networksLeft(pools: Pool[], taken: string[]): number {
  const used = taken.flatMap((cidr) => rangeOf(cidr) ?? [])
  let left = 0
  for (const { Base, Size } of pools) {
    const whole = rangeOf(Base)
    if (!whole) continue
    const step = 2 ** (32 - Size)
    // More than a thousand free ones need no exact number.
    for (let first = whole.first; first + step - 1 <= whole.last && left < 1000; first += step)
      if (!used.some((one) => one.first <= first + step - 1 && first <= one.last)) left++
  }
  return left
}

const routes = (stdout: string) =>
  stdout.split('\n').flatMap((line) => /^(\d+\.\d+\.\d+\.\d+(?:\/\d+)?)\s/.exec(line)?.[1] ?? [])

export const addressChecks: Check[] = [
  {
    code: 'engine.address-pools',
    title: 'Container networks do not meet your own',
    measure: async ({ host, info }) => {
      const { stdout } = await host.run('ip', ['-4', 'route', 'show'], { timeout: 3000 })
      const own = stdout
        .split('\n')
        .filter((line) => /^172\.(1[7-9]|2\d|3[01])\./.test(line) && !/dev (docker|br-)/.test(line))
      return info && own.length > 0
        ? found(
            'warn',
            own[0]!.trim(),
            'Set default-address-pools in daemon.json to a range that your network does not use.',
          )
        : ok('no clash seen')
    },
  },
  {
    code: 'engine.networks',
    title: 'Networks that the engine can still make',
    measure: async ({ host, info, configuration }) => {
      if (!info) return ok('no engine')
      // edge, app, data, ai, egress, obs, scan; wan with the bridge.
      const needed = configuration['extras.bridge'] === true ? 8 : 7
      const names = (await host.run('docker', ['network', 'ls', '--quiet'], { timeout: 5000 })).stdout.split('\n')
      const format = '{{index .Labels "com.docker.compose.project"}}|{{range .IPAM.Config}}{{.Subnet}} {{end}}'
      const listed = await host.run('docker', ['network', 'inspect', '--format', format, ...names.filter(Boolean)], {
        timeout: 5000,
      })
      const networks = listed.stdout.split('\n').map((line) => line.split('|'))
      const ours = networks.filter(([project]) => project === configuration.project).length
      const { stdout } = await host.run('ip', ['-4', 'route', 'show'], { timeout: 3000 })
      const taken = [...routes(stdout), ...networks.flatMap(([, subnets = '']) => subnets.trim().split(' '))]
      const pools = (info['DefaultAddressPools'] as Pool[] | null | undefined) ?? usual
      const left = networksLeft(pools, taken)
      const missing = Math.max(0, needed - ours)
      const told = left >= 1000 ? 'more than enough' : `${left} left, ${missing} needed`
      return left < missing
        ? found(
            'block',
            told,
            'Remove networks that nobody uses (docker network prune), or give the engine more ranges: default-address-pools in daemon.json.',
          )
        : ok(told)
    },
  },
]
