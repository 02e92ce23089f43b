/** The part of the plan that is fixed before power-on beside domains and files: memory in fixed places, channels, pools, colours. */
import type { Cpupool, EventChannel, EventChannelEnd, SharedMemory, SharedMemoryAccess } from '../model/partition.ts'
import type { GuestPhys, HostPhys } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import type { Planned } from './provenance.ts'

export interface PartitionPlan {
  /** Where Xen's heap lies; empty: all free RAM. In document order, or descending where domforge chose. */
  readonly staticHeap: readonly Planned<Range<HostPhys>>[]
  /** In document order. */
  readonly regions: readonly PlannedRegion[]
  /** In document order. */
  readonly channels: readonly PlannedChannel[]
  /** In document order. */
  readonly cpupools: readonly PlannedCpupool[]
  /** Absent: colouring is off. */
  readonly coloring?: PlannedColoring
}

/** A region of shared memory. */
export interface PlannedRegion {
  readonly region: SharedMemory
  /** What the guests find it by (`xen,shm-id`): at most 15 characters. */
  readonly id: Planned<string>
  readonly host: Planned<Range<HostPhys>>
  /** In document order. */
  readonly parties: readonly PlannedParty[]
}

export interface PlannedParty {
  readonly access: SharedMemoryAccess
  readonly guest: Planned<Range<GuestPhys>>
}

/** An event channel. */
export interface PlannedChannel {
  readonly channel: EventChannel
  readonly ends: readonly [PlannedEnd, PlannedEnd]
}

export interface PlannedEnd {
  readonly end: EventChannelEnd
  /** The domain's own number of the channel. */
  readonly port: Planned<number>
  /** Of the node that describes this end. */
  readonly phandle: number
}

/** CPUs that Xen schedules apart. */
export interface PlannedCpupool {
  readonly pool: Cpupool
  /** Xen's number of the pool: `Pool-<id>`. */
  readonly id: number
  /** In the manifest's order; names that the board does not have are left out (reported). */
  readonly cpus: readonly PooledCpu[]
  /** Of the pool's node. */
  readonly phandle: number
}

export interface PooledCpu {
  readonly path: string
  /** Xen's logical number. */
  readonly id: number
  readonly phandle: number
  /** The board's tree gives the phandle; else domforge does. */
  readonly isNumbered: boolean
}

/** Colours of the last-level cache, in Xen's syntax. */
export interface PlannedColoring {
  /** How many there are; absent: known to the hardware only. */
  readonly total?: number
  /** Absent: Xen's default, colour 0. */
  readonly xen?: Planned<string>
  /** Absent: all. */
  readonly dom0?: Planned<string>
}
