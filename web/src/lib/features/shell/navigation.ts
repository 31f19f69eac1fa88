/** The places of the product: one list for rail, bottom bar, palette and shortcuts. */
import type { Component } from 'svelte'
import Activity from '@lucide/svelte/icons/activity'
import HeartPulse from '@lucide/svelte/icons/heart-pulse'
import House from '@lucide/svelte/icons/house'
import Library from '@lucide/svelte/icons/library'
import MessageSquareText from '@lucide/svelte/icons/message-square-text'
import Users from '@lucide/svelte/icons/users'
import type { Me } from '#lib/api/types.ts'
import { m } from '#lib/i18n/index.ts'

export type Place = {
  href: string
  name: () => string
  icon: Component
  key?: string
  administration?: boolean
  /** Under "More" where room is short. */ minor?: boolean
}

const ALL: Place[] = [
  { href: '/', name: m.nav_home, icon: House, key: 'h' },
  { href: '/library', name: m.nav_library, icon: Library, key: 'l' },
  { href: '/answers', name: m.nav_answers, icon: MessageSquareText, key: 'a' },
  { href: '/activity', name: m.nav_activity, icon: Activity, key: 'u' },
  { href: '/people', name: m.nav_people, icon: Users, administration: true, minor: true },
  { href: '/status', name: m.nav_status, icon: HeartPulse, administration: true, minor: true },
]

/** The places this person has; administration only for those who keep the system. */
export function placesOf(me: Me): Place[] {
  const keeps = me.can.managePeople || me.can.manageSettings
  return ALL.filter((place) => place.href !== '/people' || me.can.managePeople).map((place) =>
    keeps ? place : { ...place, administration: false },
  )
}

export function isHere(place: Place, pathname: string): boolean {
  return place.href === '/'
    ? pathname === '/' || pathname === '/search'
    : pathname === place.href || pathname.startsWith(`${place.href}/`)
}
