/** Each key once, in order, with its first value. */
export function firsts<Key, Value>(pairs: readonly (readonly [Key, Value])[]): ReadonlyMap<Key, Value> {
  const found = new Map<Key, Value>()
  for (const [key, value] of pairs) if (!found.has(key)) found.set(key, value)
  return found
}
