/** The language of the page, as a state: every message that is on screen changes with it, without a reload. */
import { baseLocale, isLocale, overwriteGetLocale, type Locale } from '#lib/paraglide/runtime.js'

const KEY = 'innosynth.language'

function first(): Locale {
  try {
    const kept = localStorage.getItem(KEY)
    if (isLocale(kept)) return kept
  } catch {
    // Storage may be forbidden; the browser's language holds.
  }
  const wanted = typeof navigator === 'undefined' ? baseLocale : navigator.language.slice(0, 2)
  return isLocale(wanted) ? wanted : baseLocale
}

class PageLocale {
  #now: Locale = $state(first())

  get now(): Locale {
    return this.#now
  }

  /** The locale for dates and numbers: the reader's own region where it speaks the page's language ("en-GB", "de-AT"). */
  get region(): string {
    const own = typeof navigator === 'undefined' ? [] : navigator.languages
    return own.find((tag) => tag.toLowerCase().split('-')[0] === this.#now) ?? this.#now
  }

  set(next: Locale): void {
    this.#now = next
    if (typeof document !== 'undefined') document.documentElement.lang = next
    try {
      localStorage.setItem(KEY, next)
    } catch {
      // Kept for this page only.
    }
  }
}

export const locale = new PageLocale()
overwriteGetLocale(() => locale.now)
