/** Rules of Xen that a build can know only in part. */
import type { XenView } from '../../checks/xen/view.ts'

/** What is missing to decide such a rule for this tree; several of one rule are one doubt. */
export interface Doubt {
  /** A clause: `whether /smmu@5000000 starts is for the hardware to say`. */
  readonly what: string
  /** What to have instead, with which there is nothing to ask. */
  readonly instead?: string
}

export interface PartlyKnown {
  /** Of Xen's rules as they are catalogued. */
  readonly rule: string
  /** `undefined`: the tree has nothing that the rule is about, or what is known decides. */
  doubt(view: XenView): Doubt | undefined
}

/** `a`, `a and 2 more`. */
export const some = (names: readonly string[]): string =>
  names.length > 1 ? `${names[0]} and ${names.length - 1} more` : (names[0] ?? '')

/** A doubt about `names`, if there are any. */
export const about = (
  names: readonly string[],
  what: (names: string) => string,
  instead?: string,
): Doubt | undefined =>
  names.length === 0 ? undefined : { what: what(some(names)), ...(instead === undefined ? {} : { instead }) }
