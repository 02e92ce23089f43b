/** Virtio devices as the manifest means them. */
import type { DeviceType, Feature, QueueKind } from '../../devices/device-type.ts'
import type { BackendProgram } from '../../manifest/manifest.gen.ts'
import type { Bytes, GuestPhys, RegionOffset } from '../../units/quantities.ts'
import type { Entity } from '../entity.ts'

export type VirtioDevice = StaticShmDevice | MmioDevice

/** What every device has. */
export interface NamedDevice extends Entity {
  readonly name: string
  readonly type: DeviceType
}

/** Names of domains. */
export interface Ends {
  /** Of the driver. */
  readonly frontend: string
  /** Of the device, or of the program that is it. */
  readonly backend: string
}

/** A device that its driver sees as registers, for which a program in the backend's domain answers. */
export interface MmioDevice extends NamedDevice, Ends {
  readonly transport: 'mmio'
  /** Whether the driver grants its pages to the program, which maps no other memory of the guest. */
  readonly grants: boolean
  readonly 'guest-address': GuestPhys | 'auto'
  /** INTID in the driver's domain. */
  readonly interrupt: number | 'auto'
  /** Absent: something else starts the program. */
  readonly 'backend-program'?: MmioProgram
}

/** The program that is the device, and what it is told: as written, checked against the type of the device by rules. */
export type MmioProgram = Entity &
  (
    | { readonly kind: 'qemu'; readonly options: NonNullable<BackendProgram['qemu']> }
    | { readonly kind: 'vhost-device'; readonly options: NonNullable<BackendProgram['vhost-device']> }
    | { readonly kind: 'command'; readonly words: readonly string[] }
  )

/** A device whose queues and buffers lie in shared memory at offsets that are known before power-on. */
export interface StaticShmDevice extends NamedDevice, Ends {
  readonly transport: 'static-shm'
  readonly layout: VirtioLayout
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

/** Those over shared memory, in document order. */
export const staticShmDevices = (devices: readonly VirtioDevice[]): readonly StaticShmDevice[] =>
  devices.filter((device) => device.transport === 'static-shm')

/** Those by registers, in document order. */
export const mmioDevices = (devices: readonly VirtioDevice[]): readonly MmioDevice[] =>
  devices.filter((device) => device.transport === 'mmio')

export const hasFeature = ({ features }: Pick<StaticShmDevice, 'features'>, name: string): boolean =>
  features.some((feature) => feature.name === name)
