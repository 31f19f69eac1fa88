/** The `limit` best of `items` in order, exactly, by a heap whose root is the worst kept. `worse(a, b)`: a stands behind b. */
export const bestOf = (items: readonly number[], limit: number, worse: (a: number, b: number) => boolean): number[] => {
  const heap: number[] = []
  if (limit <= 0) return heap
  const sink = (): void => {
    for (let i = 0; ;) {
      let worst = i
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < heap.length && worse(heap[child]!, heap[worst]!)) worst = child
      if (worst === i) return
      ;[heap[i], heap[worst]] = [heap[worst]!, heap[i]!]
      i = worst
    }
  }
  for (const item of items) {
    if (heap.length < limit) {
      heap.push(item)
      for (let i = heap.length - 1; i > 0;) {
        const parent = (i - 1) >> 1
        if (!worse(heap[i]!, heap[parent]!)) break
        ;[heap[i], heap[parent]] = [heap[parent]!, heap[i]!]
        i = parent
      }
    } else if (worse(heap[0]!, item)) {
      heap[0] = item
      sink()
    }
  }
  return heap.sort((a, b) => (worse(a, b) ? 1 : -1))
}
