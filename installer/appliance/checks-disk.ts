/** Where data, images and backups lie: space, kind, speed, and whether they lie apart. */
import { join } from 'node:path'
import { type Check, found, gib, GiB, ok, type Subject } from './check.ts'

const engineRoot = ({ info }: Subject) => String(info?.['DockerRootDir'] ?? '/var/lib/docker')

/** The mount that a path lies on. */
async function mountOf({ host }: Subject, path: string) {
  const real = await host.real(path)
  const mounts = ((await host.read('/proc/mounts')) ?? '').split('\n').map((line) => line.split(' '))
  const over = mounts.filter(
    ([, at]) => at !== undefined && (real === at || real.startsWith(at === '/' ? '/' : `${at}/`)),
  )
  over.sort((a, b) => b[1]!.length - a[1]!.length)
  const [device = '?', at = '/', type = '?', options = ''] = over[0] ?? []
  return { device, at, type, options: options.split(',') }
}

function space(code: string, title: string, pathOf: (subject: Subject) => string, least: number, good: number): Check {
  return {
    code,
    title,
    measure: async (subject) => {
      const path = pathOf(subject)
      const about = await subject.host.space(path)
      if (!about) return found('warn', `${path} cannot be looked at`, 'See whether the folder is mounted.')
      const value = `${gib(about.free)} free of ${gib(about.total)} at ${path}`
      if (about.free < least) return found('block', value, `Free at least ${gib(least)}.`)
      return about.free < good ? found('warn', value, `${gib(good)} or more leave room to grow.`) : ok(value)
    },
  }
}

const backup = ({ configuration }: Subject) => String(configuration['backup.dir'])

export const diskChecks: Check[] = [
  space('disk.folder', 'Space for the deployment folder', ({ dir }) => dir, 0.2 * GiB, GiB),
  space('disk.engine', 'Space for images and data', engineRoot, 8 * GiB, 40 * GiB),
  space('disk.backup', 'Space for backups', backup, 2 * GiB, 40 * GiB),
  space('disk.temporary', 'Space for temporary files', () => '/tmp', 0.5 * GiB, GiB),
  {
    code: 'disk.inodes',
    title: 'Room for many small files',
    measure: async (subject) => {
      const about = await subject.host.space(engineRoot(subject))
      if (!about || about.files === 0) return ok('no limit')
      const share = about.freeFiles / about.files
      return share < 0.1
        ? found(
            'warn',
            `${Math.round(share * 100)} % of inodes free`,
            'Make the file system anew with more inodes, or remove small files.',
          )
        : ok(`${Math.round(share * 100)} % of inodes free`)
    },
  },
  {
    code: 'disk.kind',
    title: 'File system of the data',
    measure: async (subject) => {
      const { type } = await mountOf(subject, engineRoot(subject))
      if (/^(tmpfs|ramfs)$/.test(type))
        return found('block', type, 'Data would be gone after a restart: put the engine on a disk.')
      return /^(nfs|cifs|smb|fuse|9p|vfat|exfat|ntfs)/.test(type)
        ? found('block', type, 'A database needs a local file system: ext4, xfs, btrfs or zfs.')
        : ok(type)
    },
  },
  {
    code: 'disk.xfs-ftype',
    title: 'XFS can hold layers',
    measure: async (subject) => {
      const mount = await mountOf(subject, engineRoot(subject))
      if (mount.type !== 'xfs') return ok(`${mount.type}, not XFS`)
      const { code, stdout } = await subject.host.run('xfs_info', [mount.at], { timeout: 3000 })
      return code === 0 && /ftype=0/.test(stdout)
        ? found('block', 'ftype=0', 'Make the file system anew with mkfs.xfs -n ftype=1.')
        : ok('ftype=1')
    },
  },
  {
    code: 'disk.noexec',
    title: 'Programs may run from the engine’s folder',
    measure: async (subject) =>
      (await mountOf(subject, engineRoot(subject))).options.includes('noexec')
        ? found('block', 'noexec', `Mount ${engineRoot(subject)} without noexec.`)
        : ok('yes'),
  },
  {
    code: 'disk.read-only',
    title: 'Folders can be written',
    measure: async (subject) => {
      const closed: string[] = []
      for (const path of [subject.dir, engineRoot(subject), backup(subject)])
        if ((await mountOf(subject, path)).options.includes('ro')) closed.push(path)
      return closed.length > 0 ? found('block', `read only: ${closed.join(', ')}`, 'Mount them writable.') : ok('yes')
    },
  },
  {
    code: 'disk.sync',
    title: 'Time of a small write with fsync (99th of 100)',
    measure: async ({ host, dir }) => {
      const times = (await host.syncTimes(dir, 100)).sort((a, b) => a - b)
      const slow = times[Math.floor(times.length * 0.98)] ?? 0
      const value = `${slow.toFixed(1)} ms`
      if (slow > 500)
        return found('block', value, 'This disk is too slow for a database: use SSD or a battery-backed cache.')
      return slow > 30 ? found('warn', value, 'Under 10 ms is good: use SSD.') : ok(value)
    },
  },
  {
    code: 'disk.symlink',
    title: 'Deployment folder is no link',
    measure: async ({ host, dir }) =>
      (await host.exists(dir)) && (await host.real(dir)) !== dir
        ? found(
            'warn',
            `${dir} leads to ${await host.real(dir)}`,
            'Give the real path with --dir, so that it is there at every start.',
          )
        : ok(dir),
  },
  {
    code: 'backup.apart',
    title: 'Backups lie on another disk',
    measure: async (subject) => {
      const [data, kept] = [await mountOf(subject, engineRoot(subject)), await mountOf(subject, backup(subject))]
      return data.device === kept.device
        ? found('warn', `both on ${data.at}`, 'Set backup.dir to another disk or machine: a dead disk would take both.')
        : ok(kept.at)
    },
  },
  {
    code: 'backup.outside',
    title: 'Backups lie outside the data',
    measure: async (subject) => {
      const path = await subject.host.real(backup(subject))
      const inside = [subject.dir, engineRoot(subject)].find(
        (folder) => `${backup(subject)}/`.startsWith(`${folder}/`) || `${path}/`.startsWith(`${join(folder)}/`),
      )
      return inside
        ? found(
            'block',
            `${path} lies in ${inside}`,
            'Set backup.dir to a folder outside: removing one must not remove the other.',
          )
        : ok(path)
    },
  },
  {
    code: 'models.embedding',
    title: 'Model for search by meaning',
    measure: async ({ host, configuration }) => {
      const folder = join(String(configuration['models.dir']), String(configuration['models.embedding']))
      return (await host.exists(folder))
        ? ok(folder)
        : found(
            'info',
            `${folder} is not there`,
            'If the images do not carry it, add it with `innosynth models add FOLDER`; until then search finds words.',
          )
    },
  },
]
