/** A virtio device with all its numbers. */
import type { MmioDevice, StaticShmDevice, VirtioQueue } from '../../model/virtio/device.ts'
import type { GuestPhys, RegionOffset } from '../../units/quantities.ts'
import type { Range } from '../../units/range.ts'
import type { PlannedChannel, PlannedRegion } from '../links/planned-links.ts'
import type { Planned } from '../provenance.ts'
import type { DeviceLayout } from './device-layout.ts'

export type PlannedVirtio = PlannedStaticShm | PlannedMmio

/** A virtio-mmio device. */
export interface PlannedMmio {
  readonly transport: MmioDevice['transport']
  readonly device: MmioDevice
  /** Its registers, guest-physical in the driver's domain. */
  readonly window: Planned<Range<GuestPhys>>
  /** All register windows of the QEMU that serves this device; absent: another program serves it. */
  readonly qemu?: Planned<Range<GuestPhys>>
  /** INTID in the driver's domain. */
  readonly interrupt: Planned<number>
}

/** A device whose queues and buffers lie in a region of shared memory. */
export interface PlannedStaticShm {
  readonly transport: StaticShmDevice['transport']
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

/** The devices over shared memory, in document order. */
export const staticShmOf = (virtio: readonly PlannedVirtio[]): readonly PlannedStaticShm[] =>
  virtio.filter((planned) => planned.transport === 'static-shm')

/** The virtio-mmio devices, in document order. */
export const mmioOf = (virtio: readonly PlannedVirtio[]): readonly PlannedMmio[] =>
  virtio.filter((planned) => planned.transport === 'mmio')

export type VirtioRole = 'frontend' | 'backend'

/** What a domain is to a device. */
export const roleOf = ({ device }: PlannedVirtio, domain: string): VirtioRole | undefined =>
  device.frontend === domain ? 'frontend' : device.backend === domain ? 'backend' : undefined

/** Ends in the words of the specification. */
export const ROLE_NAMES = { frontend: 'driver', backend: 'device' } as const satisfies Record<VirtioRole, string>

/** The other end of a device that `domain` is an end of. */
export const peerOf = ({ device }: PlannedVirtio, domain: string): string =>
  device.frontend === domain ? device.backend : device.frontend

/** The devices that a domain is an end of, in document order. */
export const devicesOf = <P extends PlannedVirtio>(virtio: readonly P[], domain: string): readonly P[] =>
  virtio.filter((planned) => roleOf(planned, domain) !== undefined)

/** Where a domain sees the region of a device that it is an end of; `undefined`: it does not see it, which is reported. */
export const regionSeenBy = ({ region }: PlannedStaticShm, domain: string): Range<GuestPhys> | undefined =>
  region.parties.find(({ access }) => access.domain === domain)?.guest.value

/** No channel has this port in Xen: both ends poll. */
export const NO_PORT = 0

/** The port by which `domain` tells, and is told, of changes that concern the whole device: that of the first queue that has one. */
export const statePortOf = (planned: PlannedStaticShm, domain: string): number =>
  planned.layout.queues.map(({ queue }) => portOf(planned, queue, domain)).find((port) => port !== NO_PORT) ?? NO_PORT

/** The port by which `domain` knows the channel of a queue; `NO_PORT` without a channel, and where the channel does not reach it, which is reported. */
export function portOf({ channels }: PlannedStaticShm, { notify }: VirtioQueue, domain: string): number {
  const ends = channels.find(({ channel }) => channel.name === notify?.channel)?.ends
  return ends?.find(({ end }) => end.domain === domain)?.port.value ?? NO_PORT
}
