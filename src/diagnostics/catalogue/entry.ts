import type { Severity } from '../severity.ts'

/** Whether the manifest's `accept` may name a code, and if not, why. */
export type Acceptable = 'yes' | keyof typeof WHY_NOT

/** Each completes `cannot be accepted: …`. */
export const WHY_NOT = {
  'no: isolation': "one domain would get access to what is another's",
  'no: never starts': 'no release of Xen starts with it',
  'no: no right output': 'the outputs could not be made, or would not be what the manifest says',
  'no: one run': 'it is about the output folder of one run, not about the system',
} as const

/** What is known of a code, whatever input violates it. Codes are permanent: never renamed, never reused. */
export interface CatalogueEntry {
  /** The rule as a sentence about correct input, e.g. `boot arguments have at most 1023 characters`. */
  readonly title: string
  readonly severity: Severity
  readonly acceptable: Acceptable
  /** What happens at boot, or on the board, when the rule is broken. Absent: the tool itself cannot go on. */
  readonly effect?: string
  /** For `domforge explain`: why the rule exists and how to satisfy it, in a few sentences. */
  readonly explain: string
  /** Where the fact stands: a file of Xen, U-Boot, the device-tree specification, … */
  readonly source?: string
}

/** Entries of one family: their text is made when one of them is first asked for, which most runs never do. */
export const family = <C extends string>(
  entries: () => Readonly<Record<C, CatalogueEntry>>,
): (() => Readonly<Record<C, CatalogueEntry>>) => entries
