/** Access said in sentences: why the reader can see something, and what a change would mean. */
import type { AccessView, Audience, Level, PersonRef } from '#lib/api/types.ts'
import { m } from '#lib/i18n/index.ts'

export type Reader = { id: string; organisation: string }
export type Entry = { person: PersonRef; level: Level }
/** A setting being made: inherited, or its own audience and people. */
export type Setting = { inherit: boolean; audience: Audience; people: Entry[] }

export function whySentence(access: AccessView, reader: Reader): string {
  const from = access.inheritedFrom?.name
  switch (access.reason) {
    case 'owner':
      return m.sharing_why_owner()
    case 'shared':
      return from
        ? m.sharing_why_shared_collection({ collection: from })
        : m.sharing_why_shared({ name: access.owner.name })
    case 'collection-owner':
      return from ? m.sharing_why_collection_owner({ collection: from }) : m.sharing_why_list_owner()
    case 'organisation':
      return from
        ? m.sharing_why_everyone_collection({ collection: from, organisation: reader.organisation })
        : m.sharing_why_everyone({ organisation: reader.organisation })
  }
}

/** "Tom can read it; Ada can read and change it." One line for each person is shown elsewhere; this is the sum. */
export function effectSentence(setting: Setting, reader: Reader): string {
  const { people, audience } = setting
  if (audience === 'organisation') {
    const editors = people.filter((entry) => entry.level === 'edit')
    return editors.length === 0
      ? m.sharing_effect_everyone({ organisation: reader.organisation })
      : m.sharing_effect_everyone_editors({ organisation: reader.organisation, names: list(editors) })
  }
  if (people.length === 0) return m.sharing_effect_nobody()
  return m.sharing_effect_people({ names: list(people) })
}

function list(entries: readonly Entry[]): string {
  const names = entries.slice(0, 3).map((entry) => entry.person.name)
  const rest = entries.length - names.length
  return rest > 0 ? m.sharing_and_more({ names: names.join(', '), count: rest }) : names.join(', ')
}

export function sameSetting(a: Setting, b: Setting): boolean {
  if (a.inherit !== b.inherit) return false
  if (a.inherit) return true
  const key = (setting: Setting) =>
    setting.people
      .map((entry) => `${entry.person.id} ${entry.level}`)
      .sort()
      .join()
  return a.audience === b.audience && key(a) === key(b)
}

export const settingOf = (access: AccessView, inherited: boolean): Setting => ({
  inherit: inherited,
  audience: access.audience,
  people: access.people.map((entry) => ({ ...entry })),
})
