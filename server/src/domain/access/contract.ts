import { z } from 'zod'

export const Role = z.enum(['owner', 'admin', 'member', 'viewer'])
export type Role = z.infer<typeof Role>

/** Who may see it beside its owner and the people named. */
export const Audience = z.enum(['private', 'organisation'])
export type Audience = z.infer<typeof Audience>

export const Level = z.enum(['view', 'edit'])
export type Level = z.infer<typeof Level>

export const PersonRef = z.object({ id: z.uuid(), name: z.string() })
export type PersonRef = z.infer<typeof PersonRef>

/** An access setting as people see it. `inheritedFrom` names the collection it comes from; null where it is the thing's own. */
export const AccessView = z.object({
  audience: Audience,
  owner: PersonRef,
  people: z.array(z.object({ person: PersonRef, level: Level })),
  inheritedFrom: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  /** Why the reader of this answer can see it. */
  reason: z.enum(['owner', 'shared', 'organisation', 'collection-owner']),
})
export type AccessView = z.infer<typeof AccessView>

/** `inherit: true` takes the collection's setting; otherwise audience and people are the whole new setting. */
export const ChangeAccess = z.union([
  z.strictObject({ inherit: z.literal(true) }),
  z.strictObject({
    inherit: z.literal(false),
    audience: Audience,
    people: z.array(z.strictObject({ personId: z.uuid(), level: Level })).max(1000),
  }),
])
export type ChangeAccess = z.infer<typeof ChangeAccess>

/** The few words a row shows: "only you", "3 people", "everyone". */
export const AccessSummary = z.object({ audience: Audience, people: z.int(), inherited: z.boolean() })
export type AccessSummary = z.infer<typeof AccessSummary>
