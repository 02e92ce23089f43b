/** Where numbers of the plan come from. */

/** Who chose a value. */
export type Provenance =
  | { readonly by: 'manifest'; readonly at: string }
  | { readonly by: 'device-tree'; readonly at: string }
  | { readonly by: 'image'; readonly at: string }
  /** An earlier build, whose lock file says it at this entry. */
  | { readonly by: 'lock'; readonly at: string }
  | { readonly by: 'allocated'; readonly reason: string }
  | { readonly by: 'default'; readonly reason: string }

/** A value and who chose it. */
export type Planned<T> = { readonly value: T } & Provenance

/** What is said of a value's source in one clause. */
export const sourceText = (source: Provenance): string =>
  `${source.by}: ${'reason' in source ? source.reason : source.at}`
