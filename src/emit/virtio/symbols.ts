/** Names and values of a guest's devices, for C and for shells. */

import type {
  DeviceDocument,
  HeaderDocument,
  MmioDocument,
  PartDocument,
  QueueDocument,
  RegionDocument,
  StaticShmDocument,
  VirtioDocument,
} from '../../guests/virtio-document.ts'
import { identifierOf } from '../../model/virtio/identifiers.ts'
import { NO_PORT } from '../../plan/virtio/planned-virtio.ts'
import { hex } from '../../units/format.ts'
import { bytes, regionOffset } from '../../units/quantities.ts'

/** A name and its value. */
export interface NamedValue {
  readonly name: string
  readonly value: Value
}

/** A value; its kind decides how C writes it. A count fits into an `int`, a word into 64 bits. */
export type Value =
  | { readonly kind: 'count'; readonly value: number }
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** Bytes that the device's end writes when it starts. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

/** A device with its symbols. */
export interface DeviceSymbols {
  readonly device: string
  readonly prefix: string
  readonly symbols: readonly NamedValue[]
}

const count = (value: number): Value => ({ kind: 'count', value })
const word = (value: bigint): Value => ({ kind: 'word', text: hex(value) })
const text = (value: string): Value => ({ kind: 'text', text: value })

/** How names of a device begin. Two `_` follow the device's name, and occur nowhere else, so that names are unique. */
export const prefixOf = (device: string): string => `DOMFORGE_${identifierOf(device)}__`

/** Names about the guest itself. */
export const domainSymbols = ({ version, system, domain, devices, header }: VirtioDocument): readonly NamedValue[] => [
  { name: 'DOMFORGE_VERSION', value: count(version) },
  { name: 'DOMFORGE_SYSTEM', value: text(system) },
  { name: 'DOMFORGE_DOMAIN', value: text(domain.name) },
  ...(domain.id === undefined ? [] : [{ name: 'DOMFORGE_DOMAIN_ID', value: count(domain.id) }]),
  { name: 'DOMFORGE_DEVICES', value: text(Object.keys(devices).map(identifierOf).join(' ')) },
  ...(header ? headerSymbols(header) : []),
]

/** Names about the layout, which all devices share; offsets are from the start of a part. */
const headerSymbols = ({ magic, status, words }: HeaderDocument): readonly NamedValue[] =>
  [
    ['MAGIC', word(magic)] as const,
    ...Object.entries(status).map(([name, value]) => [`STATUS_${identifierOf(name)}`, count(value)] as const),
    ...FLOWS.map((flow, value) => [`FLOW_${identifierOf(flow)}`, count(value)] as const),
    ...Object.entries(words).flatMap(([part, own]) =>
      Object.entries(own).map(
        ([name, { offset }]) => [`${identifierOf(part)}_${identifierOf(name)}_AT`, count(offset)] as const,
      ),
    ),
  ].map(([name, value]) => ({ name: `DOMFORGE_STATIC_VRINGS__${name}`, value }))

/** Names about each device, in the order of the document. */
export const deviceSymbols = ({ devices, regions }: VirtioDocument): readonly DeviceSymbols[] =>
  Object.entries(devices).map(([name, device]) => {
    const prefix = prefixOf(name)
    const symbols = [...general(device), ...(device.transport === 'mmio' ? registers(device) : layout(device, regions))]
    return { device: name, prefix, symbols: symbols.map(([own, value]) => ({ name: `${prefix}${own}`, value })) }
  })

type Named = readonly [name: string, value: Value]

const layout = (device: StaticShmDocument, regions: VirtioDocument['regions']): readonly Named[] => {
  const region = regions[device.region]
  return [
    ...identity(device),
    ...(region ? place(region, device) : []),
    ...parts('', device.parts),
    ...parts('', absentParts(device)),
    ...Object.entries(device.queues).flatMap(([queue, document]) => queueSymbols(identifierOf(queue), document)),
    ...buffers(device),
    ...configBytes(device),
  ]
}

const registers = ({ base, size, interrupt, grants, readyAt }: MmioDocument): readonly Named[] => [
  ['BASE', word(base)],
  ['SIZE', word(size)],
  ['INTERRUPT', count(interrupt)],
  ['GRANTS', count(grants ? 1 : 0)],
  ['READY_AT', text(readyAt)],
]

const general = (device: DeviceDocument): readonly Named[] => [
  ['TYPE', text(device.type)],
  ['DEVICE_ID', count(device.deviceId)],
  ['ROLE', text(device.role)],
  ['IS_DRIVER', count(device.role === 'driver' ? 1 : 0)],
  ['PEER', text(device.peer.name)],
  ...(device.peer.id === undefined ? [] : [['PEER_ID', count(device.peer.id)] as const]),
  ['TRANSPORT', text(device.transport)],
]

const identity = (device: StaticShmDocument): readonly Named[] => [
  ['LAYOUT', text(device.layout)],
  ...(device.layoutVersion === undefined ? [] : [['LAYOUT_VERSION', count(device.layoutVersion)] as const]),
  ...(device.layoutHash === undefined ? [] : [['LAYOUT_HASH', { kind: 'word', text: device.layoutHash }] as const]),
  ...(device.statePort === undefined ? [] : [['STATE_PORT', count(device.statePort)] as const]),
  ['FEATURES', word(device.features.bits)],
]

const place = ({ id, base, size }: RegionDocument, device: StaticShmDocument): readonly Named[] => [
  ['REGION_ID', text(id)],
  ['REGION_BASE', word(base)],
  ['REGION_SIZE', word(size)],
  ['OFFSET', word(device.offset)],
  ['SIZE', word(device.size)],
]

/** Parts that a device does not have, with size 0: programs use their names for any device. */
const absentParts = ({ layout: form, parts: own }: StaticShmDocument): Readonly<Record<string, PartDocument>> =>
  form === 'static-vrings'
    ? Object.fromEntries(['config', 'buffers'].flatMap((kind) => (own[kind] ? [] : [[kind, NO_PART]])))
    : {}

const NO_PART: PartDocument = { offset: regionOffset(0n), size: bytes(0), writer: 'both' }

const parts = (before: string, documents: Readonly<Record<string, PartDocument>>): readonly Named[] =>
  Object.entries(documents).flatMap(([name, { offset, size }]): readonly Named[] => [
    [`${before}${identifierOf(name)}_OFFSET`, word(offset)],
    [`${before}${identifierOf(name)}_SIZE`, word(size)],
  ])

/** Directions of queues; the index is the value in C and in shells. */
const FLOWS: readonly QueueDocument['flow'][] = ['to-driver', 'to-device', 'both']

const queueSymbols = (name: string, queue: QueueDocument): readonly Named[] => [
  [`QUEUE_${name}_INDEX`, count(queue.index)],
  [`QUEUE_${name}_ENTRIES`, count(queue.size)],
  [`QUEUE_${name}_FORMAT`, text(queue.format)],
  [`QUEUE_${name}_FLOW`, count(FLOWS.indexOf(queue.flow))],
  ...parts(`QUEUE_${name}_`, queue.parts),
  [`QUEUE_${name}_FIRST_BUFFER`, count(queue.buffers.first)],
  [`QUEUE_${name}_BUFFERS`, count(queue.buffers.count)],
  [`QUEUE_${name}_PORT`, count(queue.notify?.port ?? NO_PORT)],
]

const configBytes = ({ role, config }: StaticShmDocument): readonly Named[] =>
  role === 'device' && config ? [['CONFIG_BYTES', { kind: 'bytes', bytes: config.bytes }]] : []

const buffers = ({ buffers: own, queues }: StaticShmDocument): readonly Named[] => [
  ['QUEUES', text(Object.keys(queues).map(identifierOf).join(' '))],
  ['QUEUE_COUNT', count(Object.keys(queues).length)],
  ['BUFFER_COUNT', count(own?.count ?? 0)],
  ['BUFFER_SIZE', word(own?.size ?? 0n)],
  ['BUFFER_STRIDE', word(own?.stride ?? 0n)],
]
