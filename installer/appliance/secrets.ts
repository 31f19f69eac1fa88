/** Secrets as files, one for each service that reads it: 256 bits, 0400, owned by that service, never written over. */
import { randomBytes, randomInt } from 'node:crypto'
import { mkdir, readFile, readdir, stat, chown, chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from './state.ts'

/** Numeric users of the containers. */
export const users = {
  proxy: 10101,
  server: 10103,
  migrate: 10103,
  worker: 10104,
  postgres: 10105,
  objectstore: 10106,
  ollama: 10107,
  bridge: 10108,
} as const
export type Service = keyof typeof users

const random = () => randomBytes(32).toString('base64url')

/** The values from which all files follow. */
export type Values = {
  owner: string
  api: string
  jobs: string
  backup: string
  app: string
  setUp: string
  accessKey: string
  secretKey: string
}

/** Makes what is not known yet. */
export function makeValues(known: Partial<Values> = {}): Values {
  return {
    owner: known.owner ?? random(),
    api: known.api ?? random(),
    jobs: known.jobs ?? random(),
    backup: known.backup ?? random(),
    app: known.app ?? random(),
    setUp: known.setUp ?? setUpCode(),
    // Both stores take an access key of 20 characters; it is a name, the secret is the other.
    accessKey: known.accessKey ?? randomBytes(10).toString('hex').toUpperCase(),
    secretKey: known.secretKey ?? random(),
  }
}

/** Path below secrets/ and content of every file. */
export function filesOf(values: Values): Record<`${Service}/${string}`, string> {
  const url = (login: string, password: string) => `postgres://${login}:${password}@postgres:5432/innosynth`
  const store = { objectstore_access_key: values.accessKey, objectstore_secret_key: values.secretKey }
  const files: [Service, Record<string, string>][] = [
    [
      'migrate',
      {
        database_owner_url: url('innosynth_owner', values.owner),
        database_api_password: values.api,
        database_jobs_password: values.jobs,
      },
    ],
    ['postgres', { owner_password: values.owner, backup_cipher: values.backup }],
    [
      'server',
      { database_url: url('innosynth_api', values.api), secret: values.app, setup_code: values.setUp, ...store },
    ],
    [
      'worker',
      { database_url: url('innosynth_jobs', values.jobs), secret: values.app, setup_code: values.setUp, ...store },
    ],
    ['objectstore', { access_key: values.accessKey, secret_key: values.secretKey }],
  ]
  return Object.fromEntries(
    files.flatMap(([service, named]) =>
      Object.entries(named).map(([name, content]) => [`${service}/${name}`, content]),
    ),
  )
}

export const secretsFolder = (dir: string) => join(dir, 'secrets')

/** Reads back the values that files already hold; what is missing is missing. */
export async function readValues(dir: string): Promise<Partial<Values>> {
  const read = (path: string) =>
    readFile(join(secretsFolder(dir), path), 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    )
  const passwordOf = (url: string | undefined) => (url ? decodeURIComponent(new URL(url).password) : undefined)
  const values: { [Name in keyof Values]: string | undefined } = {
    owner: (await read('postgres/owner_password')) ?? passwordOf(await read('migrate/database_owner_url')),
    api: (await read('migrate/database_api_password')) ?? passwordOf(await read('server/database_url')),
    jobs: (await read('migrate/database_jobs_password')) ?? passwordOf(await read('worker/database_url')),
    backup: await read('postgres/backup_cipher'),
    app: (await read('server/secret')) ?? (await read('worker/secret')),
    setUp: (await read('server/setup_code')) ?? (await read('worker/setup_code')),
    accessKey: (await read('objectstore/access_key')) ?? (await read('server/objectstore_access_key')),
    secretKey: (await read('objectstore/secret_key')) ?? (await read('server/objectstore_secret_key')),
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value)) as Partial<Values>
}

/** Writes the files that are not there and mends owner and mode of those that are. Gives what changed. */
export async function ensureSecrets(dir: string): Promise<string[]> {
  const changes: string[] = []
  for (const [path, content] of Object.entries(filesOf(makeValues(await readValues(dir)))))
    changes.push(...(await ensureSecretFile(dir, path as `${Service}/${string}`, content)))
  return changes
}

export async function ensureSecretFile(dir: string, path: `${Service}/${string}`, content: string): Promise<string[]> {
  const [service] = path.split('/') as [Service]
  const file = join(secretsFolder(dir), path)
  await mkdir(join(secretsFolder(dir), service), { recursive: true, mode: 0o755 })
  const found = await stat(file).catch(() => null)
  if (!found) {
    await writeSecretFile(dir, path, content)
    return [`secrets/${path} made`]
  }
  return mend(file, path, found, users[service])
}

/** Replaces a secret on purpose (rotation); everything else goes through ensureSecretFile. */
export const writeSecretFile = (dir: string, path: `${Service}/${string}`, content: string) =>
  writeWhole(join(secretsFolder(dir), path), content, 0o400, users[path.split('/')[0] as Service])

async function mend(
  file: string,
  path: string,
  found: { mode: number; uid: number },
  owner: number,
): Promise<string[]> {
  const changes: string[] = []
  if (process.getuid?.() === 0 && found.uid !== owner) {
    await chown(file, owner, owner)
    changes.push(`secrets/${path} given to user ${owner}`)
  }
  if ((found.mode & 0o777) !== 0o400) {
    await chmod(file, 0o400)
    changes.push(`secrets/${path} closed to others`)
  }
  return changes
}

/** Every secret there is, with its path: for rotation's proof and for the scan of a support bundle. */
export async function allSecrets(dir: string): Promise<{ path: string; value: string }[]> {
  const root = secretsFolder(dir)
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        return { path: path.slice(root.length + 1), value: (await readFile(path, 'utf8')).trim() }
      }),
  )
  return found.filter(({ value }) => value.length > 0)
}

/** The code of the first account: sixteen letters and digits that are not mistaken for each other, 80 bits. */
function setUpCode(): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  const part = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return [part(), part(), part(), part()].join('-')
}
