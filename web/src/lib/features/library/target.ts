import type { Collection } from '#lib/api/types.ts'
import { accessWords } from '#lib/features/documents/words.ts'
import { m } from '#lib/i18n/index.ts'

/** Where an upload goes, and who will see it: said before anything is sent. */
export type UploadPlace = { id: string | null; name: string; seen: string; allowed: boolean }

export function uploadPlace(collection: Collection | null | undefined, myId: string, mayUpload: boolean): UploadPlace {
  if (!collection)
    return { id: null, name: m.library_no_collection(), seen: m.upload_seen_only_you(), allowed: mayUpload }
  return {
    id: collection.id,
    name: collection.name,
    seen: m.upload_seen_as_collection({
      words: accessWords(collection.access, collection.owner, myId),
      collection: collection.name,
    }),
    allowed: mayUpload && collection.can.contribute,
  }
}
