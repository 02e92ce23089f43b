/** Finds members of lists that do not change. */

/**
 * The members of `list` that have `key` among their keys, in order. A list is gone through once, when it is first asked; after that a question
 * costs the same however long it is. Only for lists that do not change afterwards.
 */
export type Lookup<T, K> = (list: readonly T[], key: K) => readonly T[]

export function lookup<T, K>(keysOf: (item: T) => readonly K[]): Lookup<T, K> {
  const indexes = new WeakMap<readonly T[], ReadonlyMap<K, readonly T[]>>()
  return (list, key) => {
    const known = indexes.get(list)
    const index = known ?? indexOf(list, keysOf)
    if (!known) indexes.set(list, index)
    return index.get(key) ?? []
  }
}

function indexOf<T, K>(list: readonly T[], keysOf: (item: T) => readonly K[]): ReadonlyMap<K, readonly T[]> {
  const index = new Map<K, T[]>()
  for (const item of list)
    for (const key of new Set(keysOf(item))) {
      const others = index.get(key)
      if (others) others.push(item)
      else index.set(key, [item])
    }
  return index
}
