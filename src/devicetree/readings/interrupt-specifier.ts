import type { Place } from './tree-index.ts'

/** One interrupt as its controller's binding describes it, e.g. three cells for a GIC. */
export interface InterruptSpecifier {
  readonly controller: Place
  readonly cells: readonly number[]
}
