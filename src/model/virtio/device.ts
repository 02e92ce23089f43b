/** Virtio devices as the manifest means them. */
import type { DeviceType, Feature, QueueKind } from '../../devices/device-type.ts'
import type { Bytes, RegionOffset } from '../../units/quantities.ts'
import type { Entity } from '../entity.ts'

/** By transport; so far there is one. */
export type VirtioDevice = StaticShmDevice

/** A device whose queues and buffers lie in shared memory at offsets that are known before power-on. */
export interface StaticShmDevice extends Entity {
  readonly name: string
  readonly transport: 'static-shm'
  readonly type: DeviceType
  readonly layout: VirtioLayout
  /** Domain of the driver. */
  readonly frontend: string
  /** Domain of the device. */
  readonly backend: string
  /** Name of a region of shared memory. */
  readonly memory: string
  readonly offset: RegionOffset | 'auto'
  /** In the order of their indices. */
  readonly queues: readonly VirtioQueue[]
  /** Absent: none. */
  readonly buffers?: VirtioBuffers
  /** In the order of their bits, without what the layout itself brings. */
  readonly features: readonly Feature[]
  readonly config: DeviceConfig
}

export type VirtioLayout = 'static-vrings' | 'resource-table' | 'zephyr-static-vrings'

export interface VirtioQueue extends Entity {
  /** Unique in the device. */
  readonly name: string
  readonly kind: QueueKind
  /** How many descriptors. */
  readonly size: number
  /** Absent: both ends look by themselves. */
  readonly notify?: Notification
}

/** By what the ends notify each other of a queue. */
export interface Notification extends Entity {
  /** Name of an event channel. */
  readonly channel: string
}

export interface VirtioBuffers extends Entity {
  readonly count: number
  /** Of each. */
  readonly size: Bytes
}

/** The configuration structure. */
export interface DeviceConfig {
  readonly bytes: Uint8Array
  /** What the manifest gives, and counts that follow from its queues, in the order of the structure. */
  readonly values: readonly ConfigValue[]
}

export interface ConfigValue extends Entity {
  readonly field: string
  /** As written, integers exact. */
  readonly value: bigint | string
}

export const hasFeature = ({ features }: Pick<StaticShmDevice, 'features'>, name: string): boolean =>
  features.some((feature) => feature.name === name)
