/** What a row's menu offers: only what the server says the reader may do. */
import Download from '@lucide/svelte/icons/download'
import FolderInput from '@lucide/svelte/icons/folder-input'
import Pencil from '@lucide/svelte/icons/pencil'
import RotateCcw from '@lucide/svelte/icons/rotate-ccw'
import Trash2 from '@lucide/svelte/icons/trash-2'
import Users from '@lucide/svelte/icons/users'
import { documentPath, fileAddress } from '#lib/api/documents.ts'
import type { Collection, DocumentItem } from '#lib/api/types.ts'
import { m } from '#lib/i18n/index.ts'
import type { MenuItem } from '#lib/ui/menu.svelte'

type DocumentActs = { rename: () => void; move: () => void; trash: () => void; restore: () => void; remove: () => void }

export function documentMenu(item: DocumentItem, acts: DocumentActs): MenuItem[] {
  const download: MenuItem = {
    label: m.document_download(),
    icon: Download,
    act: () => window.location.assign(fileAddress(item.id, item.versionNumber)),
  }
  if (item.deletedAt) {
    return [
      ...(item.can.remove ? [{ label: m.document_restore(), icon: RotateCcw, act: acts.restore }] : []),
      download,
      ...(item.can.remove
        ? [{ kind: 'line' as const }, { label: m.documents_delete_go(), icon: Trash2, danger: true, act: acts.remove }]
        : []),
    ]
  }
  return [
    download,
    { kind: 'link', label: m.document_access(), icon: Users, href: `${documentPath(item.id)}?tab=access` },
    ...(item.can.edit ? [{ label: m.rename(), icon: Pencil, act: acts.rename }] : []),
    ...(item.can.remove
      ? [
          { label: m.document_move(), icon: FolderInput, act: acts.move },
          { kind: 'line' as const },
          { label: m.document_to_trash(), icon: Trash2, danger: true, act: acts.trash },
        ]
      : []),
  ]
}

type CollectionActs = { share: () => void; rename: () => void; move: () => void; remove: () => void }

export function collectionMenu(one: Collection, acts: CollectionActs): MenuItem[] {
  return [
    { label: m.document_access(), icon: Users, act: acts.share },
    ...(one.can.edit
      ? [
          { label: m.rename(), icon: Pencil, act: acts.rename },
          { label: m.document_move(), icon: FolderInput, act: acts.move },
        ]
      : []),
    ...(one.can.remove
      ? [{ kind: 'line' as const }, { label: m.collection_remove_go(), icon: Trash2, danger: true, act: acts.remove }]
      : []),
  ]
}
