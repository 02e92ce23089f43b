/** What is wrong with a blob or a source: thrown inside the library's readers, caught at its entry points. */
import type { Origin } from '../diagnostics/diagnostic.ts'

/** A damaged blob, a syntax error, an unresolvable reference. The message names what was found and where. */
export interface DtProblem {
  readonly message: string
  /** Set where a source position or a node is known. */
  readonly at?: Origin
  readonly help?: string
}

/** What every reader of this library returns: it never throws for bad input, never hangs, and never needs more than a small multiple of the input's size. */
export type DtResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly DtProblem[] }
