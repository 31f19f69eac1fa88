import type { Db } from '../db/client.ts'
import type { Announcement, Announcements } from './index.ts'
import type { Logger } from './log/index.ts'

/** One LISTEN for the whole process, handed on to whoever subscribed. */
export async function createAnnouncements(db: Db, log: Logger): Promise<Announcements & { stop(): Promise<void> }> {
  const subscribers = new Set<(what: Announcement) => void>()
  const stop = await db.listen('innosynth', (payload) => {
    const what = JSON.parse(payload) as Announcement
    for (const heard of subscribers) {
      try {
        heard(what)
      } catch (error) {
        log.error({ err: error }, 'announcement')
      }
    }
  })
  return {
    subscribe(heard) {
      subscribers.add(heard)
      return () => subscribers.delete(heard)
    },
    stop,
  }
}
