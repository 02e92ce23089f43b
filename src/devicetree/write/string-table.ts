/** The strings block as dtc lays it out: a name that ends an earlier one shares its bytes. */

/** Where each name stands in the block, and the block's length in bytes. */
export interface StringTable {
  /** By the index of the name. */
  readonly offsets: readonly number[]
  /** Indices of the names that have bytes of their own, in order. */
  readonly stored: readonly number[]
  readonly length: number
}

/**
 * Lays out `names`, distinct and in order of first use. dtc looks through the bytes written so far for the first place where
 * the name stands, NUL included: that is the earliest name which ends with it. Sorted by their reversed spelling, the names that end
 * with N follow N directly, which finds them all without comparing every pair.
 */
export function layOutStrings(names: readonly string[]): StringTable {
  const hosts = earliestHosts(names)
  const offsets: number[] = []
  const stored: number[] = []
  let length = 0
  names.forEach((name, index) => {
    const host = hosts[index] ?? index
    if (host < index) {
      offsets.push((offsets[host] ?? 0) + (names[host] ?? '').length - name.length)
      return
    }
    offsets.push(length)
    stored.push(index)
    length += name.length + 1
  })
  return { offsets, stored, length }
}

/** For each name the least index of a name that ends with it (its own, when there is no earlier one). */
function earliestHosts(names: readonly string[]): number[] {
  const indices = new Map<string, number>()
  names.forEach((name, index) => {
    indices.set(Buffer.from(name, 'latin1').reverse().toString('latin1'), index)
  })
  const hosts = names.map((_, index) => index)
  const chain: { readonly reversed: string; readonly index: number }[] = []
  const leave = (): void => {
    const left = chain.pop()?.index ?? 0
    const above = chain.at(-1)?.index
    if (above !== undefined) hosts[above] = Math.min(hosts[above] ?? above, hosts[left] ?? left)
  }
  for (const reversed of [...indices.keys()].sort()) {
    while (chain.length > 0 && !reversed.startsWith(chain.at(-1)?.reversed ?? '')) leave()
    chain.push({ reversed, index: indices.get(reversed) ?? 0 })
  }
  while (chain.length > 0) leave()
  return hosts
}
