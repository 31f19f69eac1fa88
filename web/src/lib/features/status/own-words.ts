/**
 * A line of the status page in the page's own language. The server's sentence is English and says more (figures, places);
 * it follows under these words.
 */
import type { StatusLine } from '#lib/api/types.ts'
import { m } from '#lib/i18n/index.ts'

export function saidInOwnWords(line: StatusLine): string {
  const good = line.state === 'good'
  switch (line.id) {
    case 'mode':
      return good ? m.status_said_mode_appliance() : m.status_said_mode_evaluation()
    case 'database':
      return good ? m.status_said_database_good() : m.status_said_database_bad()
    case 'objects':
      return good ? m.status_said_objects_good() : m.status_said_objects_bad()
    case 'queue':
      return good ? m.status_said_queue_good() : m.status_said_queue_bad()
    case 'meaning':
      return good ? m.status_said_meaning_good() : m.status_said_meaning_bad()
    case 'answers':
      return good ? m.status_said_answers_good() : m.status_said_answers_bad()
    case 'network':
      return good ? m.status_said_network_good() : m.status_said_network_bad()
    case 'disk':
      return good ? m.status_said_disk_good() : m.status_said_disk_bad()
    case 'backup':
      return good ? m.status_said_backup_good() : m.status_said_backup_bad()
    case 'archive':
      return good ? m.status_said_archive_good() : m.status_said_archive_bad()
    case 'drill':
      return good ? m.status_said_drill_good() : m.status_said_drill_bad()
    case 'services':
      return good ? m.status_said_services_good() : m.status_said_services_bad()
    case 'certificate':
      return good ? m.status_said_certificate_good() : m.status_said_certificate_bad()
    case 'backup-disk':
      return good ? m.status_said_backup_disk_good() : m.status_said_backup_disk_bad()
  }
}
