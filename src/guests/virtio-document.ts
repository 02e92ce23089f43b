/** What a guest must know about its virtio devices, for `virtio.json` and the files with the same content in other formats. */
import { defined } from '../diagnostics/defined.ts'
import { bootId } from '../plan/by-domain.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { LayoutFeatures, LayoutPart, PartKind, QueueLayout } from '../plan/virtio/device-layout.ts'
import {
  devicesOf,
  type PlannedMmio,
  type PlannedStaticShm,
  type PlannedVirtio,
  peerOf,
  portOf,
  ROLE_NAMES,
  regionSeenBy,
  roleOf,
  statePortOf,
  staticShmOf,
} from '../plan/virtio/planned-virtio.ts'
import { HEADER, LAYOUT_MAGIC, LAYOUT_VERSION, STATUS } from '../plan/virtio/static-vrings.ts'
import { type Bytes, type GuestPhys, offset, type RegionOffset } from '../units/quantities.ts'
import { STATIC_VRINGS_PROTOCOL } from './static-vrings-protocol.ts'

/** Version of the format of `virtio.json` (schemas/virtio.schema.json). */
const DOCUMENT_VERSION = 2

/** Addresses, offsets, sizes and bits are exact to 64 bits; counts, indices, ports and domain ids are numbers. */
export interface VirtioDocument {
  readonly version: typeof DOCUMENT_VERSION
  readonly system: string
  readonly domain: DomainReference
  readonly memory: typeof MEMORY
  /** Words of the header of `static-vrings`; absent where no device has that layout. */
  readonly header?: HeaderDocument
  readonly regions: Readonly<Record<string, RegionDocument>>
  readonly devices: Readonly<Record<string, DeviceDocument>>
}

/** How every end maps every region, and in which order bytes lie in words. */
const MEMORY = { type: 'normal', cacheability: 'write-back', shareability: 'inner', byteOrder: 'little' } as const

/** The header of every device in the layout `static-vrings`. */
export interface HeaderDocument {
  readonly magic: bigint
  /** How both ends use the layout, by topic. */
  readonly protocol: Readonly<Record<string, string>>
  readonly status: Readonly<Record<string, number>>
  /** By part, by word: bytes from the start of the part. */
  readonly words: Readonly<Record<string, Readonly<Record<string, { readonly offset: number; readonly size: number }>>>>
}

export interface DomainReference {
  readonly name: string
  /** Its domain id at boot; absent: xl creates the domain, and the id is not known before. */
  readonly id?: number
  /** A domain that is created again gets another id. */
  readonly idIsValid: 'until the domain is created anew'
}

export interface RegionDocument {
  /** `xen,id` of the region's node in the guest's tree. */
  readonly id: string
  /** Guest-physical. */
  readonly base: GuestPhys
  readonly size: Bytes
}

export type DeviceDocument = StaticShmDocument | MmioDocument

/** A virtio-mmio device. */
export interface MmioDocument {
  readonly type: string
  readonly deviceId: number
  readonly transport: 'mmio'
  readonly role: Role
  readonly peer: DomainReference
  /** Guest-physical address of the registers in the driver's domain. */
  readonly base: GuestPhys
  readonly size: Bytes
  /** INTID in the driver's domain. */
  readonly interrupt: number
  /** Whether the driver gives access to its pages by grants. */
  readonly grants: boolean
  /** Path in xenstore, relative to the driver's domain, that exists while the program serves the device. */
  readonly readyAt: string
}

/** A device over shared memory. */
export interface StaticShmDocument {
  readonly type: string
  readonly deviceId: number
  readonly transport: 'static-shm'
  readonly layout: string
  /** Only of layouts that have it in memory, where both ends compare it at run time. */
  readonly layoutVersion?: number
  /** All 16 digits of it: an identity, not a quantity. */
  readonly layoutHash?: string
  /** As `layoutVersion`: the guest's own port for changes of status, generation and configuration; 0: both ends look by themselves. */
  readonly statePort?: number
  readonly role: Role
  readonly peer: DomainReference
  readonly region: string
  /** Like all offsets: from the start of the region. */
  readonly offset: RegionOffset
  readonly size: Bytes
  /** What the addresses in descriptors mean. */
  readonly addresses: 'region-offset' | 'guest-physical'
  readonly features: LayoutFeatures
  readonly parts: Readonly<Record<string, PartDocument>>
  readonly config?: { readonly bytes: Uint8Array; readonly values: Readonly<Record<string, string>> }
  readonly queues: Readonly<Record<string, QueueDocument>>
  readonly buffers?: { readonly count: number; readonly size: Bytes; readonly stride: Bytes }
}

export type Role = 'driver' | 'device'

export interface PartDocument {
  readonly offset: RegionOffset
  readonly size: Bytes
  readonly writer: Role | 'both'
}

export interface QueueDocument {
  readonly index: number
  readonly size: number
  readonly format: 'split' | 'packed'
  readonly flow: 'to-driver' | 'to-device' | 'both'
  readonly parts: Readonly<Record<string, PartDocument>>
  readonly buffers: { readonly first: number; readonly count: number }
  /** The guest's own port; absent: both ends poll. */
  readonly notify?: { readonly channel: string; readonly port: number }
}

/** The devices over shared memory, by name. */
export const staticShmIn = ({ devices }: VirtioDocument): readonly (readonly [string, StaticShmDocument])[] =>
  Object.entries(devices).flatMap(([name, device]) =>
    device.transport === 'static-shm' ? [[name, device] as const] : [],
  )

/** The document for `domain`, which must be an end of at least one device. */
export function virtioDocument(plan: SystemPlan, domain: string): VirtioDocument {
  const own = devicesOf(plan.virtio, domain)
  const devices = staticShmOf(own)
  return {
    version: DOCUMENT_VERSION,
    system: plan.model.name,
    domain: domainReference(plan, domain),
    memory: MEMORY,
    ...(devices.some(({ device }) => device.layout === 'static-vrings') ? { header: headerDocument() } : {}),
    regions: Object.fromEntries(
      devices.map((planned) => [planned.region.region.name, regionDocument(planned, domain)]),
    ),
    devices: Object.fromEntries(own.map((planned) => [planned.device.name, deviceDocument(plan, planned, domain)])),
  }
}

const headerDocument = (): HeaderDocument => ({
  magic: BigInt(LAYOUT_MAGIC),
  protocol: Object.fromEntries(STATIC_VRINGS_PROTOCOL.map(({ topic, text }) => [topic, text])),
  status: STATUS,
  words: Object.fromEntries(
    HEADER_PARTS.map((kind) => [
      camel(kind),
      Object.fromEntries(Object.entries(HEADER[kind]).map(([word, [at, size]]) => [word, { offset: at, size }])),
    ]),
  ),
})

const HEADER_PARTS = ['identity', 'device-state', 'driver-state'] as const

/** A domain as in documents for guests. */
export const domainReference = (plan: SystemPlan, name: string): DomainReference => ({
  name,
  ...given('id', bootId(plan, name)),
  idIsValid: 'until the domain is created anew',
})

const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]: V })

function regionDocument(planned: PlannedStaticShm, domain: string): RegionDocument {
  const { base, size } = defined(regionSeenBy(planned, domain), `place of a region in ${domain}`)
  return { id: planned.region.id.value, base, size }
}

const WRITERS = { ...ROLE_NAMES, both: 'both' } as const

const deviceDocument = (plan: SystemPlan, planned: PlannedVirtio, domain: string): DeviceDocument =>
  planned.transport === 'mmio' ? mmioDocument(plan, planned, domain) : staticShmDocument(plan, planned, domain)

/** The key that a program writes while it serves the device, relative to /local/domain/<id of the driver's domain>. */
export const readyKey = (device: string): string => `domforge/virtio/${device}`

function mmioDocument(plan: SystemPlan, planned: PlannedMmio, domain: string): MmioDocument {
  const { device, window, interrupt } = planned
  return {
    type: device.type.name,
    deviceId: device.type.id,
    transport: device.transport,
    role: ROLE_NAMES[defined(roleOf(planned, domain), `role of ${domain}`)],
    peer: domainReference(plan, peerOf(planned, domain)),
    base: window.value.base,
    size: window.value.size,
    interrupt: interrupt.value,
    grants: device.grants,
    readyAt: readyKey(device.name),
  }
}

function staticShmDocument(plan: SystemPlan, planned: PlannedStaticShm, domain: string): StaticShmDocument {
  const { device, layout, place, hash } = planned
  const role = defined(roleOf(planned, domain), `role of ${domain}`)
  const isOffset = device.layout === 'static-vrings'
  const { bytes: configBytes, values } = device.config
  return {
    type: device.type.name,
    deviceId: device.type.id,
    transport: device.transport,
    layout: device.layout,
    ...(isOffset
      ? {
          layoutVersion: LAYOUT_VERSION,
          layoutHash: `0x${hash.toString(16).padStart(16, '0')}`,
          statePort: statePortOf(planned, domain),
        }
      : {}),
    role: ROLE_NAMES[role],
    peer: domainReference(plan, peerOf(planned, domain)),
    region: planned.region.region.name,
    offset: place.value.base,
    size: layout.size,
    addresses: isOffset ? 'region-offset' : 'guest-physical',
    features: layout.features,
    parts: partsOf(planned, undefined),
    ...(configBytes.length > 0
      ? {
          config: {
            bytes: configBytes,
            values: Object.fromEntries(values.map(({ field, value }) => [field, String(value)])),
          },
        }
      : {}),
    queues: Object.fromEntries(layout.queues.map((queue) => [queue.queue.name, queueDocument(planned, queue, domain)])),
    ...(layout.buffers ? { buffers: layout.buffers } : {}),
  }
}

function queueDocument(
  planned: PlannedStaticShm,
  { queue, index, format, buffers }: QueueLayout,
  domain: string,
): QueueDocument {
  const { notify } = queue
  return {
    index,
    size: queue.size,
    format,
    flow: queue.kind.flow,
    parts: partsOf(planned, queue.name),
    buffers,
    ...(notify ? { notify: { channel: notify.channel, port: portOf(planned, queue, domain) } } : {}),
  }
}

/** Parts of the queue `queue`, or those that belong to none. */
const partsOf = (
  { layout, place }: PlannedStaticShm,
  queue: string | undefined,
): Readonly<Record<string, PartDocument>> =>
  Object.fromEntries(
    layout.parts
      .filter((part) => part.queue === queue)
      .map((part) => [camel(part.kind), partDocument(part, place.value.base)]),
  )

const partDocument = ({ offset: at, size, writer }: LayoutPart, start: RegionOffset): PartDocument => ({
  offset: offset(start, at),
  size,
  writer: WRITERS[writer],
})

/** In camel case, as the keys of all generated documents. */
const camel = (kind: PartKind): string => kind.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
