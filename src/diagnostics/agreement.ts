/** What several attempts agree about, where something that a manifest should say is not known and each attempt supposes something else. */

/** In the names of what is only supposed: of no entry in any manifest. A finding that has it is about that. */
export const SUPPOSED = 'supposed-by-domforge'

/** Stands in for a file that the manifest does not name; whether it names one that is called so, its source says. */
export const NO_FILE = 'unnamed'

/** What all of them found, as the first found it and in its order; `textOf` says what makes two findings the same. None for no attempts. */
export function foundByAll<T>(attempts: readonly (readonly T[])[], textOf: (found: T) => string): readonly T[] {
  const [first = [], ...others] = attempts
  const known = others.map((found) => new Set(found.map(textOf)))
  return first.filter((found) => known.every((texts) => texts.has(textOf(found))))
}
