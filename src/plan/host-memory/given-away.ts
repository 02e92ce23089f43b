/** Host memory that the plan gives away for good: static memory of domains, shared memory, Xen's static heap. */
import type { HostPhys } from '../../units/quantities.ts'
import type { Range } from '../../units/range.ts'
import type { Planned, Provenance } from '../provenance.ts'
import type { SystemPlan } from '../system-plan.ts'

export interface FixedMemory {
  /** For people: `RAM of sensor`, `shared memory 'samples'`, `Xen's heap`. */
  readonly what: string
  /** Names of domains, or Xen. */
  readonly whose: string
  readonly range: Range<HostPhys>
  readonly source: Provenance
}

/** By what they are, in the order of the manifest. */
export function fixedMemory({ staticHeap, dom0less, regions }: SystemPlan): readonly FixedMemory[] {
  return [
    ...staticHeap.map((heap) => fixed("Xen's heap", 'Xen', heap)),
    ...dom0less.flatMap(({ domain: { name }, staticMem = [] }) =>
      staticMem.map((place) => fixed(`RAM of ${name}`, name, place)),
    ),
    ...regions.map(({ region, host, parties }) =>
      fixed(`shared memory '${region.name}'`, parties.map(({ access }) => access.domain).join(', '), host),
    ),
  ]
}

const fixed = (what: string, whose: string, { value, ...source }: Planned<Range<HostPhys>>): FixedMemory => ({
  what,
  whose,
  range: value,
  source,
})
