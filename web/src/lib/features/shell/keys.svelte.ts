/** Keyboard shortcuts. Single letters can be turned off (WCAG 2.1.4): they disturb people who speak their input. */
import { goto } from '$app/navigation'

const KEY = 'innosynth.keys'

class Keys {
  palette = $state(false)
  help = $state(false)
  #single = $state(kept())
  #waitingUntil = 0

  get single(): boolean {
    return this.#single
  }
  set single(on: boolean) {
    this.#single = on
    try {
      localStorage.setItem(KEY, on ? 'on' : 'off')
    } catch {
      // Kept for this page only.
    }
  }

  /** Handles a key of the whole window; keys inside fields, menus and dialogs are left alone. */
  handle(event: KeyboardEvent, places: { key?: string; href: string }[]): void {
    if (event.defaultPrevented) return
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      this.palette = !this.palette
      return
    }
    if (
      !this.#single ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      writes(event.target) ||
      this.palette ||
      this.help
    )
      return
    if (document.querySelector('[role="dialog"], [role="menu"]')) return
    if (Date.now() < this.#waitingUntil) {
      this.#waitingUntil = 0
      const place = places.find((one) => one.key === event.key)
      if (place) {
        event.preventDefault()
        void goto(place.href)
        return
      }
    }
    if (event.key === 'g') this.#waitingUntil = Date.now() + 1200
    else if (event.key === '?') {
      event.preventDefault()
      this.help = true
    } else if (event.key === '/') {
      event.preventDefault()
      const box = document.querySelector<HTMLElement>('[data-search-box]')
      if (box) box.focus()
      else this.palette = true
    }
  }
}

function kept(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off'
  } catch {
    return true
  }
}

function writes(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}

export const keys = new Keys()
/** "⌘" on Apple keyboards, "Ctrl" elsewhere. */
export const commandKey = typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.platform) ? '⌘' : 'Ctrl'
