/**
 * Asking before something is taken away: `await confirm({...})` is true when the person went on. The dialog itself
 * stands once, in the root layout. Every text names the object and the count, and says whether it can be undone.
 */
export type Question = { title: string; body: string; action: string; danger?: boolean }

class Confirmation {
  question: Question | null = $state(null)
  #settle: ((yes: boolean) => void) | null = null

  ask(question: Question): Promise<boolean> {
    this.#settle?.(false)
    this.question = question
    return new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  answer(yes: boolean): void {
    this.#settle?.(yes)
    this.#settle = null
    this.question = null
  }
}

export const confirmation = new Confirmation()
export const confirm = (question: Question): Promise<boolean> => confirmation.ask(question)
