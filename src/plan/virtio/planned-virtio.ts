/** A virtio device with all its numbers. */
import { InternalError } from '../../diagnostics/internal-error.ts'
import type { StaticShmDevice } from '../../model/virtio/device.ts'
import type { GuestPhys, RegionOffset } from '../../units/quantities.ts'
import type { Range } from '../../units/range.ts'
import type { PlannedChannel, PlannedRegion } from '../partition-plan.ts'
import type { Planned } from '../provenance.ts'
import type { DeviceLayout } from './device-layout.ts'

export interface PlannedVirtio {
  readonly device: StaticShmDevice
  readonly region: PlannedRegion
  /** The device's part of the region. */
  readonly place: Planned<Range<RegionOffset>>
  readonly layout: DeviceLayout
  /** Of the layout and its place, for both ends to compare. */
  readonly hash: bigint
  /** Those that its queues name, in document order. */
  readonly channels: readonly PlannedChannel[]
}

export type VirtioRole = 'frontend' | 'backend'

/** What a domain is to a device. */
export const roleOf = ({ device }: PlannedVirtio, domain: string): VirtioRole | undefined =>
  device.frontend === domain ? 'frontend' : device.backend === domain ? 'backend' : undefined

/** The devices that a domain is an end of, in document order. */
export const devicesOf = (virtio: readonly PlannedVirtio[], domain: string): readonly PlannedVirtio[] =>
  virtio.filter((planned) => roleOf(planned, domain) !== undefined)

/** Where a domain sees the region of a device that it is an end of; `undefined`: it does not see it, which is reported. */
export const regionSeenBy = ({ region }: PlannedVirtio, domain: string): Range<GuestPhys> | undefined =>
  region.parties.find(({ access }) => access.domain === domain)?.guest.value

/** The port by which `domain` knows the channel `name`, which it is an end of; `undefined`: it is none, which is reported. */
export const portOf = ({ channels }: PlannedVirtio, name: string, domain: string): number | undefined =>
  channels.find(({ channel }) => channel.name === name)?.ends.find(({ end }) => end.domain === domain)?.port.value

/** What must be there after the checks. */
export function certain<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new InternalError(`no ${what}`)
  return value
}
