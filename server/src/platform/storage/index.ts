import type { Config } from '../../config/index.ts'
import { createFileStore } from './file-store.ts'
import type { ObjectStore } from './port.ts'
import { createS3Store } from './s3-store.ts'

export type { ObjectStore, StoredObject } from './port.ts'

export function createObjectStore(settings: Config['objectStore']): Promise<ObjectStore> {
  return settings.kind === 'file' ? createFileStore(settings.folder) : createS3Store(settings)
}
