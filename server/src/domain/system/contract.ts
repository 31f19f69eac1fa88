import { z } from 'zod'

/** One part of the state page: a plain sentence with a state, and a way to mend it. */
export const StatusLine = z.object({
  id: z.enum([
    'mode',
    'database',
    'objects',
    'queue',
    'meaning',
    'answers',
    'network',
    'disk',
    // Told to administrators of an appliance alone.
    'backup',
    'archive',
    'drill',
    'services',
    'certificate',
    'backup-disk',
  ]),
  state: z.enum(['good', 'attention', 'bad']),
  sentence: z.string(),
  remedy: z.string().nullable(),
  /** The page of the documents that says more, as a path in them. */
  guide: z.string().nullable().optional(),
})
export type StatusLine = z.infer<typeof StatusLine>
export const Status = z.object({
  version: z.string(),
  mode: z.enum(['evaluation', 'appliance']),
  lines: z.array(StatusLine),
  model: z.object({
    state: z.enum(['ready', 'preparing', 'absent']),
    name: z.string().nullable(),
    languages: z.array(z.string()),
    detail: z.string(),
    remedy: z.string().nullable(),
    progress: z.number().nullable(),
  }),
  answers: z.object({ kind: z.enum(['extractive', 'model']), name: z.string(), place: z.enum(['local', 'cloud']) }),
})
export type Status = z.infer<typeof Status>

export const Ready = z.object({
  ready: z.boolean(),
  parts: z.object({
    database: z.boolean(),
    migrations: z.boolean(),
    objects: z.boolean(),
    queue: z.boolean(),
    serving: z.boolean(),
  }),
})
export const ModelHealth = z.object({
  meaning: z.enum(['ready', 'preparing', 'absent']),
  language: z.enum(['ready', 'absent']),
})
