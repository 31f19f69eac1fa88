import { z } from 'zod'
import { defineJob } from '../../platform/queue/index.ts'

const Version = z.object({ versionId: z.uuid() })

/** Reads a version's file in the confined parser, cuts it into passages and makes it findable by its words. */
export const extractVersion = defineJob({
  name: 'document.extract',
  payload: Version,
  once: (payload) => payload.versionId,
  retry: { limit: 2, delaySeconds: 2, backoff: true },
  timeLimitSeconds: 3600,
  heartbeatSeconds: 60,
  concurrency: 4,
})

/** Gives every passage of a version its vector. */
export const embedVersion = defineJob({
  name: 'document.embed',
  payload: Version,
  once: (payload) => payload.versionId,
  retry: { limit: 10, delaySeconds: 5, backoff: true },
  timeLimitSeconds: 6 * 3600,
  heartbeatSeconds: 60,
  concurrency: 4,
})

/** Puts back into the queue whatever rows say is unfinished, and removes bytes that no version names. */
export const tidyDocuments = defineJob({
  name: 'document.tidy',
  payload: z.object({}),
  once: () => 'tidy',
  retry: { limit: 1, delaySeconds: 30, backoff: false },
  timeLimitSeconds: 1800,
  concurrency: 1,
  cron: '*/10 * * * *',
})
