/** Scrolling inside one box: never the page around it, as `scrollIntoView` would. */

/** Brings an element to a share of the box's height from its top (0.3: a third down). */
export function scrollWithin(box: HTMLElement, element: HTMLElement, share: number): void {
  const from = box.getBoundingClientRect()
  const to = element.getBoundingClientRect()
  box.scrollTop += to.top - from.top - from.height * share
  if (to.left < from.left || to.right > from.right) box.scrollLeft += to.left - from.left - 24
}

/** The number of the page a reader would say they are at: the last that begins in the upper third of the box. */
export function pageInView(box: HTMLElement): number {
  const line = box.getBoundingClientRect().top + box.clientHeight / 3
  const pages = box.querySelectorAll<HTMLElement>('[data-page]')
  // Pages stand in order, so halving finds it among ten thousand.
  let low = 0
  let high = pages.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((pages[middle] as HTMLElement).getBoundingClientRect().top <= line) low = middle
    else high = middle - 1
  }
  return Number(pages[low]?.dataset.page ?? 1)
}
