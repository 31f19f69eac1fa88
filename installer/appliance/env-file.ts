/** The .env that compose reads: rendered from the configuration, nothing secret in it. */
import { type Configuration, urlOf } from './config.ts'

/** Names in the order of the file. */
export function environmentOf(
  configuration: Configuration,
  version: string,
  images = 'innosynth',
): Record<string, string> {
  const c = (key: keyof Configuration) => String(configuration[key] ?? '')
  return {
    COMPOSE_PROJECT_NAME: c('project'),
    COMPOSE_PROFILES: profilesOf(configuration).join(','),
    INNOSYNTH_VERSION: version,
    INNOSYNTH_IMAGES: images,
    INNOSYNTH_URL: urlOf(configuration),
    INNOSYNTH_HOSTNAME: c('hostname'),
    BIND_ADDRESS: c('listen.address'),
    HTTPS_PORT: c('listen.https'),
    HTTP_PORT: c('listen.http'),
    TLS_MODE: c('tls.mode'),
    ACME_EMAIL: c('tls.email'),
    ACME_DIRECTORY: c('tls.directory'),
    BACKUP_DIR: c('backup.dir'),
    MODELS_DIR: c('models.dir'),
    OBJECTSTORE: c('objectstore.kind'),
    EMBEDDING_MODEL: c('models.embedding'),
    OLLAMA_MODEL: configuration['models.accelerator'] === 'none' ? '' : c('models.language'),
    SERVER_REPLICAS: c('scale.server'),
    WORKER_REPLICAS: c('scale.worker'),
    SERVER_MEMORY: c('memory.server'),
    WORKER_MEMORY: c('memory.worker'),
    POSTGRES_MEMORY: c('memory.postgres'),
    OBJECTSTORE_MEMORY: c('memory.objectstore'),
    OLLAMA_MEMORY: c('memory.ollama'),
    ANTIVIRUS_HOST: configuration['extras.antivirus'] === true ? 'antivirus' : '',
  }
}

export function profilesOf(configuration: Configuration): string[] {
  const accelerator = String(configuration['models.accelerator'])
  return [
    ...(accelerator === 'none' ? [] : [accelerator]),
    ...(['antivirus', 'observability', 'bridge'] as const).filter((name) => configuration[`extras.${name}`] === true),
  ]
}

export function renderEnvironment(values: Record<string, string>): string {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}`)
  return `# Written by innosynth from innosynth.yaml. Change it there: innosynth config set KEY VALUE\n${lines.join('\n')}\n`
}

export function readEnvironment(source: string): Record<string, string> {
  const pairs = source.split('\n').flatMap((line) => {
    const at = line.indexOf('=')
    return at > 0 && !line.startsWith('#') ? [[line.slice(0, at), line.slice(at + 1)] as const] : []
  })
  return Object.fromEntries(pairs)
}
