/**
 * Every setting that comes from outside, in one schema, parsed once at start. `process.env` is read here and nowhere else.
 * A secret may be given as a file: NAME_FILE=/run/secrets/name.
 */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const flag = z.enum(['true', 'false', '1', '0', '']).transform((value) => value === 'true' || value === '1')
const optionalText = z
  .string()
  .transform((value) => value || undefined)
  .optional()
const optionalUrl = z.union([z.url(), z.literal('').transform(() => undefined)]).optional()

const Environment = z.object({
  INNOSYNTH_MODE: z.enum(['evaluation', 'appliance']).default('evaluation'),
  INNOSYNTH_HOST: z.string().default('127.0.0.1'),
  INNOSYNTH_PORT: z.coerce.number().int().min(0).max(65535).default(4400),
  /** A second port that no proxy leads to: readiness for the container's own probe, figures for Prometheus. */
  INNOSYNTH_INNER_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  /** How long the process goes on taking connections after it was told to stop. */
  INNOSYNTH_DRAIN_NOTICE_SECONDS: z.coerce.number().min(0).max(60).default(2),
  INNOSYNTH_DRAIN_SECONDS: z.coerce.number().min(0).max(600).default(60),
  /** The address people type. Links and cookies are made for it; request headers never decide it. */
  INNOSYNTH_URL: optionalUrl,
  INNOSYNTH_DATA: z.string().default(join(root, 'data')),
  INNOSYNTH_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  INNOSYNTH_SECRET: z.string().min(32).optional(),
  /** The one-time code of the first account, where several processes must know the same one. */
  INNOSYNTH_SETUP_CODE: z.string().min(9).optional(),
  DATABASE_URL: z.string().optional(),
  /** Models: a folder or offline bundle looked into first. */
  INNOSYNTH_MODELS: z.string().optional(),
  INNOSYNTH_EMBEDDING_MODEL: z.string().default('bge-small-en-v1.5'),
  INNOSYNTH_EMBED_PROCESSES: z.coerce.number().int().min(1).max(64).optional(),
  INNOSYNTH_EXTRACT_PROCESSES: z.coerce.number().int().min(1).max(64).optional(),
  INNOSYNTH_UPLOAD_LIMIT_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(1024 ** 3),
  INNOSYNTH_MAVEN_URL: optionalUrl,
  INNOSYNTH_OFFLINE: flag.default(false),
  HF_ENDPOINT: optionalUrl,
  OLLAMA_HOST: z.string().optional(),
  OLLAMA_MODEL: z.string().optional(),
  /** ClamAV's daemon; without it uploads are not scanned. */
  ANTIVIRUS_HOST: optionalText,
  ANTIVIRUS_PORT: z.coerce.number().int().min(1).max(65535).default(3310),
  OBJECTSTORE_URL: optionalUrl,
  OBJECTSTORE_BUCKET: z.string().default('innosynth'),
  OBJECTSTORE_REGION: z.string().default('us-east-1'),
  OBJECTSTORE_ACCESS_KEY: z.string().optional(),
  OBJECTSTORE_SECRET_KEY: z.string().optional(),
})

export type Config = {
  mode: 'evaluation' | 'appliance'
  host: string
  port: number
  /** Undefined: there is none. */
  innerPort: number | undefined
  drain: { noticeMs: number; patienceMs: number }
  url: string | undefined
  dataDir: string
  webDir: string
  logLevel: z.infer<typeof Environment>['INNOSYNTH_LOG_LEVEL']
  /** Signs cookies. In evaluation mode one is made and kept under the data folder. */
  secret: string | undefined
  setUpCode: string | undefined
  databaseUrl: string | undefined
  models: {
    folders: string[]
    cacheDir: string
    embedding: string
    processes: number
    mavenUrl: string | undefined
    hubUrl: string | undefined
    offline: boolean
  }
  extract: { processes: number }
  uploadLimitBytes: number
  ollama: { host: string | undefined; model: string | undefined }
  antivirus: { host: string; port: number } | undefined
  objectStore:
    | { kind: 'file'; folder: string }
    | { kind: 's3'; url: string; bucket: string; region: string; accessKey: string; secretKey: string }
}

export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** Reads the settings. Problems are listed all at once, by name, never with their values. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const parsed = Environment.safeParse(withSecretFiles(environment, Environment.shape))
  if (!parsed.success) throw problems(parsed.error)
  const env = parsed.data
  const dataDir = resolve(env.INNOSYNTH_DATA)
  const missing = env.INNOSYNTH_MODE === 'appliance' ? missingForAppliance(env) : []
  if (missing.length > 0)
    throw new ConfigError(`The appliance needs these settings, which are not given: ${missing.join(', ')}`)
  const cores = availableParallelism()
  return {
    mode: env.INNOSYNTH_MODE,
    host: env.INNOSYNTH_HOST,
    port: env.INNOSYNTH_PORT,
    innerPort: env.INNOSYNTH_INNER_PORT,
    drain: { noticeMs: env.INNOSYNTH_DRAIN_NOTICE_SECONDS * 1000, patienceMs: env.INNOSYNTH_DRAIN_SECONDS * 1000 },
    url: env.INNOSYNTH_URL,
    dataDir,
    webDir: join(root, 'web', 'build'),
    logLevel: env.INNOSYNTH_LOG_LEVEL,
    secret: env.INNOSYNTH_SECRET,
    setUpCode: env.INNOSYNTH_SETUP_CODE?.toUpperCase(),
    databaseUrl: env.DATABASE_URL,
    models: {
      folders: env.INNOSYNTH_MODELS ? [resolve(env.INNOSYNTH_MODELS)] : [],
      cacheDir: join(dataDir, 'models'),
      embedding: env.INNOSYNTH_EMBEDDING_MODEL,
      processes: env.INNOSYNTH_EMBED_PROCESSES ?? Math.min(2, cores),
      mavenUrl: env.INNOSYNTH_MAVEN_URL,
      hubUrl: env.HF_ENDPOINT,
      offline: env.INNOSYNTH_OFFLINE,
    },
    extract: { processes: env.INNOSYNTH_EXTRACT_PROCESSES ?? Math.min(2, cores) },
    uploadLimitBytes: env.INNOSYNTH_UPLOAD_LIMIT_BYTES,
    ollama: { host: env.OLLAMA_HOST, model: env.OLLAMA_MODEL },
    antivirus: env.ANTIVIRUS_HOST ? { host: env.ANTIVIRUS_HOST, port: env.ANTIVIRUS_PORT } : undefined,
    objectStore: env.OBJECTSTORE_URL
      ? {
          kind: 's3',
          url: env.OBJECTSTORE_URL,
          bucket: env.OBJECTSTORE_BUCKET,
          region: env.OBJECTSTORE_REGION,
          accessKey: env.OBJECTSTORE_ACCESS_KEY ?? '',
          secretKey: env.OBJECTSTORE_SECRET_KEY ?? '',
        }
      : { kind: 'file', folder: join(dataDir, 'objects') },
  }
}

function missingForAppliance(env: z.infer<typeof Environment>): string[] {
  const needed = [
    'INNOSYNTH_URL',
    'INNOSYNTH_SECRET',
    'INNOSYNTH_SETUP_CODE',
    'DATABASE_URL',
    'OBJECTSTORE_URL',
    'OBJECTSTORE_ACCESS_KEY',
    'OBJECTSTORE_SECRET_KEY',
  ] as const
  return needed.filter((name) => !env[name])
}

function withSecretFiles(environment: Record<string, string | undefined>, known: object) {
  const values = { ...environment }
  for (const [name, path] of Object.entries(environment)) {
    const plain = name.replace(/_FILE$/, '')
    if (plain === name || !path || !(plain in known)) continue
    try {
      values[plain] = readFileSync(path, 'utf8').trim()
    } catch {
      throw new ConfigError(`${name} names a file that cannot be read.`)
    }
  }
  return values
}

const MigrationEnvironment = z.object({
  DATABASE_OWNER_URL: z.string(),
  DATABASE_API_PASSWORD: z.string().min(16),
  DATABASE_JOBS_PASSWORD: z.string().min(16),
  INNOSYNTH_LOG_LEVEL: Environment.shape.INNOSYNTH_LOG_LEVEL,
})

/** What the one-shot migration needs: the owner's address and the passwords of the two logins it makes. */
export function readMigrationConfig(environment: Record<string, string | undefined> = process.env) {
  const parsed = MigrationEnvironment.safeParse(withSecretFiles(environment, MigrationEnvironment.shape))
  if (!parsed.success) throw problems(parsed.error)
  const env = parsed.data
  return {
    ownerUrl: env.DATABASE_OWNER_URL,
    apiPassword: env.DATABASE_API_PASSWORD,
    jobsPassword: env.DATABASE_JOBS_PASSWORD,
    logLevel: env.INNOSYNTH_LOG_LEVEL,
  }
}

const BridgeEnvironment = z.object({
  BRIDGE_ALLOW: z
    .string()
    .default('')
    .transform((value) => value.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(z.string().regex(/^(\*\.)?[a-z0-9.-]+:\d{1,5}$/i, 'entries are host:port'))),
  BRIDGE_PORT: z.coerce.number().int().min(1).max(65535).default(8118),
  INNOSYNTH_LOG_LEVEL: Environment.shape.INNOSYNTH_LOG_LEVEL,
})

/** What the way out needs: where it may lead. */
export function readBridgeConfig(environment: Record<string, string | undefined> = process.env) {
  const parsed = BridgeEnvironment.safeParse(environment)
  if (!parsed.success) throw problems(parsed.error)
  const env = parsed.data
  return { allow: env.BRIDGE_ALLOW, port: env.BRIDGE_PORT, logLevel: env.INNOSYNTH_LOG_LEVEL }
}

const problems = (error: z.ZodError) =>
  new ConfigError(
    'These settings cannot be used:\n' +
      error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`).join('\n'),
  )

/** Where the integration suite finds a real PostgreSQL; undefined: it runs on PGlite. */
export const testDatabaseUrl = (): string | undefined => process.env['INNOSYNTH_TEST_DATABASE_URL']
