/** Finding things in long sorted lists. */

/** Index of the first member of `sorted` for which `holds`, which no member before it and every one after it does; its length where none does. */
export function firstThat<T>(sorted: readonly T[], holds: (member: T) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const member = sorted[middle]
    if (member === undefined || holds(member)) high = middle
    else low = middle + 1
  }
  return low
}
