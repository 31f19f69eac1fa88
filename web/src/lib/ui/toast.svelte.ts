/** Short notices at the edge of the page, said to screen readers too. An action (undo) keeps a notice longer. */
export type Toast = {
  id: number
  kind: 'said' | 'good' | 'bad'
  text: string
  action: { label: string; act: () => void } | null
}

class Toasts {
  list: Toast[] = $state([])
  #next = 1

  show(text: string, options: { kind?: Toast['kind']; action?: Toast['action']; seconds?: number } = {}): void {
    const id = this.#next++
    this.list.push({ id, kind: options.kind ?? 'said', text, action: options.action ?? null })
    if (this.list.length > 4) this.list.shift()
    const seconds = options.seconds ?? (options.action ? 12 : options.kind === 'bad' ? 10 : 5)
    setTimeout(() => this.close(id), seconds * 1000)
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
  }
}

export const toasts = new Toasts()
export const toast = (text: string, options?: Parameters<Toasts['show']>[1]): void => toasts.show(text, options)
