/** What joins domains: regions of shared memory and event channels, with all their numbers. */
import type { EventChannel, EventChannelEnd, SharedMemory, SharedMemoryAccess } from '../../model/partition.ts'
import type { GuestPhys, HostPhys } from '../../units/quantities.ts'
import type { Range } from '../../units/range.ts'
import type { Planned } from '../provenance.ts'

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
