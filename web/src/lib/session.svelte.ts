/** Who is here: the signed-in person, their language and theme. One for the page. */
import { changeMe, me as fetchMe, signOut as sendSignOut } from '#lib/api/identity.ts'
import { ApiError, whenSignedOut } from '#lib/api/http.ts'
import type { Language, Me, Theme } from '#lib/api/types.ts'
import { locale } from '#lib/i18n/locale.svelte.ts'

type State = { kind: 'unknown' } | { kind: 'out' } | { kind: 'in'; me: Me } | { kind: 'failed'; error: unknown }

const THEME = 'innosynth.theme'

class Session {
  #state: State = $state({ kind: 'unknown' })
  #theme: Theme = $state(keptTheme())

  get state(): State {
    return this.#state
  }
  /** The person; only where the shell is drawn, which is only when somebody is signed in. */
  get me(): Me {
    if (this.#state.kind !== 'in') throw new Error('Nobody is signed in.')
    return this.#state.me
  }
  get meOrNull(): Me | null {
    return this.#state.kind === 'in' ? this.#state.me : null
  }
  get theme(): Theme {
    return this.#theme
  }

  /** Asks the server once who is here; `again` asks anew. */
  async start(again = false): Promise<void> {
    if (this.#state.kind === 'in' && !again) return
    try {
      this.enter(await fetchMe())
    } catch (error) {
      if (error instanceof ApiError && error.code === 'unauthenticated') this.leave()
      else this.#state = { kind: 'failed', error }
    }
  }

  /** Somebody is signed in now: after sign-in, set-up or joining. */
  enter(me: Me): void {
    this.#state = { kind: 'in', me }
    locale.set(me.language)
    this.#showTheme(me.theme)
  }

  leave(): void {
    if (this.#state.kind !== 'out') this.#state = { kind: 'out' }
  }

  /** Ends the sign-in on the server; the caller leads to the door and then calls `leave`. */
  async signOut(): Promise<void> {
    await sendSignOut()
  }

  /** Changes take effect at once; on failure the old value comes back and the error goes to the caller. */
  async setTheme(theme: Theme): Promise<void> {
    const before = this.#theme
    this.#showTheme(theme)
    if (this.#state.kind !== 'in') return
    try {
      this.#state = { kind: 'in', me: await changeMe({ theme }) }
    } catch (error) {
      this.#showTheme(before)
      throw error
    }
  }

  async setLanguage(language: Language): Promise<void> {
    const before = locale.now
    locale.set(language)
    if (this.#state.kind !== 'in') return
    try {
      this.#state = { kind: 'in', me: await changeMe({ language }) }
    } catch (error) {
      locale.set(before)
      throw error
    }
  }

  async setName(name: string): Promise<void> {
    this.#state = { kind: 'in', me: await changeMe({ name }) }
  }

  #showTheme(theme: Theme): void {
    this.#theme = theme
    if (typeof document === 'undefined') return
    if (theme === 'system') document.documentElement.removeAttribute('data-theme')
    else document.documentElement.setAttribute('data-theme', theme)
    try {
      localStorage.setItem(THEME, theme)
    } catch {
      // Kept for this page only.
    }
  }
}

function keptTheme(): Theme {
  try {
    const kept = localStorage.getItem(THEME)
    return kept === 'light' || kept === 'dark' ? kept : 'system'
  } catch {
    return 'system'
  }
}

export const session = new Session()
whenSignedOut(() => session.leave())
