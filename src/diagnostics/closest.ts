/** Nearest match among known words, for `did you mean`. */

/**
 * The known word that `word` was probably meant to be: at most two edits away (insert, delete, replace, swap neighbours),
 * and at most a third of its length. Case and `_` for `-` count as half an edit. `undefined`: none is near, or there are too many words to
 * look through for each of many mistakes. Ties: the first.
 */
export function closest(word: string, known: readonly string[]): string | undefined {
  if (known.length > MOST_KNOWN) return undefined
  const limit = Math.min(2, Math.max(1, Math.floor(word.length / 3)))
  const style = plain(word)
  let best: string | undefined
  let bestDistance = limit + 0.5
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > limit) continue
    const distance = Math.min(editDistance(word, candidate, limit), plain(candidate) === style ? 0.5 : Infinity)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** More than any list that people write by hand. */
const MOST_KNOWN = 1000

const plain = (word: string): string => word.toLowerCase().replaceAll(/[_-]/g, '')

/** Damerau's distance, restricted form: a pair is swapped at most once. `Infinity` where it is surely more than `limit`. */
export function editDistance(one: string, two: string, limit = Infinity): number {
  const [a, b] = withoutCommonEnds(one, two)
  if (Math.abs(a.length - b.length) > limit) return Infinity
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
    // A swap reaches back over one row.
    if (Math.min(...row) > limit && Math.min(...last) > limit) return Infinity
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/** What is left between the beginning and the end that both share: the distance lies there. */
function withoutCommonEnds(a: string, b: string): readonly [string, string] {
  const shorter = Math.min(a.length, b.length)
  let start = 0
  while (start < shorter && a[start] === b[start]) start += 1
  let end = 0
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end += 1
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)]
}
