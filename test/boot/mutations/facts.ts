/** Where rules say less, or more, than Xen does, on purpose. */
import type { Code } from '../../../src/diagnostics/catalogue/index.ts'

/** Errors that say that Xen stops, of which chance can make Xen go on; each with the chance. */
export const MAY_GO_ON: ReadonlyMap<Code, string> = new Map<Code, string>([
  ['MOD-010', 'another domain has the same kernel, and Xen finds modules by their addresses'],
  ['MOD-012', 'another domain has the same kernel, and Xen finds modules by their addresses'],
  ['MOD-014', 'another domain has the same kernel, and Xen finds modules by their addresses'],
  ['MOD-023', 'page tables keep 48 bits of an address, and the rest can be one of RAM'],
])
