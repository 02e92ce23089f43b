import type { Severity } from '../severity.ts'

/** What is known of a code, whatever input violates it. Codes are permanent: never renamed, never reused. */
export interface CatalogueEntry {
  /** The rule as a sentence about correct input, e.g. `boot arguments have at most 1023 characters`. */
  readonly title: string
  readonly severity: Severity
  /** What happens at boot, or on the board, when the rule is broken. Absent: the tool itself cannot go on. */
  readonly effect?: string
  /** For `domforge explain`: why the rule exists and how to satisfy it, in a few sentences. */
  readonly explain: string
  /** Where the fact stands: a file of Xen, U-Boot, the device-tree specification, … */
  readonly source?: string
}
