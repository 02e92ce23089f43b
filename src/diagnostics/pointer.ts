/** Reaching into JSON-like values by JSON pointer (RFC 6901). */

type Container = Record<string, unknown>

export const tokensOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))

/** The pointer without its last token. */
export const parentOf = (pointer: string): string => pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')))

/** The last token, unescaped. */
export const nameOf = (pointer: string): string => tokensOf(pointer).at(-1) ?? ''

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

export function valueAt(value: unknown, pointer: string): unknown {
  let found = value
  for (const token of tokensOf(pointer)) {
    if (!isContainer(found) || !Object.hasOwn(found, token)) return undefined
    found = found[token]
  }
  return found
}

/** Whether `value` does not even have what should hold the member at `pointer`, or has something there that cannot: a list has only numbers. */
export function isInNothing(pointer: string, value: unknown): boolean {
  const parent = valueAt(value, parentOf(pointer))
  return Array.isArray(parent) ? !/^[0-9]+$/.test(nameOf(pointer)) : !isContainer(parent)
}

/** A deep copy that may be changed. Keys such as `__proto__` are ordinary keys in it. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (!isContainer(value)) return value
  const copy: Container = Object.create(null)
  for (const key of Object.keys(value)) copy[key] = copyOf(value[key])
  return copy
}

/** Puts `replacement` where the parent exists. */
export function put(value: unknown, pointer: string, replacement: unknown): void {
  const parent = valueAt(value, parentOf(pointer))
  if (isContainer(parent)) parent[nameOf(pointer)] = replacement
}

/** Removes a member, or a list as a whole when one of its items has to go: its order may mean something. */
export function remove(value: unknown, pointer: string): void {
  const parent = valueAt(value, parentOf(pointer))
  if (Array.isArray(parent)) remove(value, parentOf(pointer))
  else if (isContainer(parent)) delete parent[nameOf(pointer)]
}
