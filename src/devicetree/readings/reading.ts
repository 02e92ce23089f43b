/** Something read from a tree, or why the tree does not say it. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  /** A clause about the node or property, without full stop, e.g. `/soc has no 'ranges'`. */
  | { readonly ok: false; readonly reason: string }

export const read = <T>(value: T): Reading<T> => ({ ok: true, value })
export const unread = <T>(reason: string): Reading<T> => ({ ok: false, reason })
