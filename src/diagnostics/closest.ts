/** Nearest match among known words, for `did you mean`. */

/**
 * The known word that `word` was probably meant to be: at most two edits away (insert, delete, replace, swap neighbours),
 * and at most a third of its length. Case and `_` for `-` count as half an edit. `undefined`: none is near. Ties: the first.
 */
export function closest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.min(2, Math.max(1, Math.floor(word.length / 3)))
  let best: string | undefined
  let bestDistance = limit + 0.5
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > limit) continue
    const distance = Math.min(editDistance(word, candidate), sameButForStyle(word, candidate) ? 0.5 : Infinity)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

const plain = (word: string): string => word.toLowerCase().replaceAll(/[_-]/g, '')

const sameButForStyle = (a: string, b: string): boolean => plain(a) === plain(b)

/** Damerau's distance, restricted form: a pair is swapped at most once. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
