/** `virtio.h`: the same numbers for C11 and C++11, on bare metal, in Zephyr and in programs of Linux. */

import { RESOURCE_TABLE_PROTOCOL } from '../../guests/resource-table-protocol.ts'
import type { ProtocolRule } from '../../guests/static-vrings-protocol.ts'
import {
  type DeviceDocument,
  type StaticShmDocument,
  staticShmIn,
  type VirtioDocument,
} from '../../guests/virtio-document.ts'
import { ZEPHYR_STATIC_VRINGS_PROTOCOL } from '../../guests/zephyr-static-vrings-protocol.ts'
import { identifierOf } from '../../model/virtio/identifiers.ts'
import { templates } from '../templates.ts'
import { resourceTableBytes } from './resource-table-bytes.ts'
import { type DeviceSymbols, deviceSymbols, domainSymbols, type NamedValue, type Value } from './symbols.ts'

/** The header's text. */
export function headerText(document: VirtioDocument): string {
  const { domain, system } = document
  return templates.virtioH({
    domain: domain.name,
    system: commentText(system),
    protocols: protocolsOf(document),
    guard: `DOMFORGE_${identifierOf(domain.name)}_VIRTIO_H`,
    symbols: domainSymbols(document).map(definition),
    devices: deviceSymbols(document).map((own) => deviceView(own, document)),
  })
}

/** How to use the layouts of the guest's devices, as lines of a comment. */
const protocolsOf = (document: VirtioDocument): readonly { layout: string; lines: readonly string[] }[] => {
  const { header } = document
  const used = new Set(staticShmIn(document).map(([, { layout }]) => layout))
  return [
    { layout: 'static-vrings', rules: Object.entries(header?.protocol ?? {}) },
    { layout: 'resource-table', rules: pairs(RESOURCE_TABLE_PROTOCOL) },
    { layout: 'zephyr-static-vrings', rules: pairs(ZEPHYR_STATIC_VRINGS_PROTOCOL) },
  ]
    .filter(({ layout }) => used.has(layout))
    .map(({ layout, rules }) => ({
      layout,
      lines: rules.flatMap(([topic, rule]) => ['', ...wrapped(`${topic}: ${rule}`)]),
    }))
}

const pairs = (protocol: readonly ProtocolRule[]): readonly (readonly [topic: string, text: string])[] =>
  protocol.map(({ topic, text }) => [topic, text])

const LINE = 120

function wrapped(words: string): readonly string[] {
  const lines: string[] = ['']
  for (const word of words.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + 1 + word.length > LINE) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}

function deviceView({ device, prefix, symbols }: DeviceSymbols, document: VirtioDocument) {
  const known = document.devices[device]
  return {
    name: device,
    prefix,
    summary: known ? summaryOf(known) : '',
    symbols: [...symbols.map(definition), ...(known ? initialisers(prefix, known, document) : [])],
    asserts: known ? assertsOf(prefix, known) : [],
  }
}

function summaryOf(device: DeviceDocument): string {
  const { type, role, peer } = device
  const where = device.transport === 'mmio' ? 'virtio-mmio' : `in region ${device.region}`
  return `${type}, this guest is its ${role}; the ${role === 'driver' ? 'device' : 'driver'} is ${peer.name}; ${where}`
}

/** A line of C. */
export const definition = ({ name, value }: NamedValue): string => `#define ${name} ${written(value)}`

function written(value: Value): string {
  switch (value.kind) {
    case 'count':
      return String(value.value)
    case 'word':
      return `UINT64_C(${value.text})`
    case 'bytes':
      return listed(value.bytes)
    case 'text':
      return `"${value.text.replaceAll(/["\\?]/g, '\\$&')}"`
  }
}

/** Arrays of the bytes that the device's end writes when it starts. */
function initialisers(prefix: string, device: DeviceDocument, document: VirtioDocument): readonly string[] {
  if (device.role !== 'device' || device.transport === 'mmio') return []
  const table = device.layout === 'resource-table' ? resourceTableBytes(device, document) : undefined
  return [...(table ? [`#define ${prefix}RESOURCE_TABLE_BYTES ${listed(table)}`] : [])]
}

const PER_LINE = 16

function listed(data: Uint8Array): string {
  const all = [...data].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`)
  const lines = Array.from({ length: Math.ceil(all.length / PER_LINE) }, (_, row) =>
    all.slice(row * PER_LINE, (row + 1) * PER_LINE).join(', '),
  )
  return `{ \\\n\t${lines.join(', \\\n\t')} }`
}

/** Assertions about the layout, which the compiler checks. */
const assertsOf = (prefix: string, device: DeviceDocument): readonly string[] =>
  device.transport === 'mmio'
    ? [`DOMFORGE_ASSERT(${prefix}BASE % 512 == 0, "the registers begin at a multiple of their size");`]
    : layoutAsserts(prefix, device)

const layoutAsserts = (prefix: string, { queues, parts }: StaticShmDocument): readonly string[] => [
  `DOMFORGE_ASSERT(${prefix}REGION_BASE % 4096 == 0, "the region begins at a page");`,
  `DOMFORGE_ASSERT(${prefix}OFFSET % 64 == 0, "the device begins at a cache line");`,
  `DOMFORGE_ASSERT(${prefix}OFFSET + ${prefix}SIZE <= ${prefix}REGION_SIZE, "the device is inside its region");`,
  ...Object.keys(parts).map((part) => inDevice(prefix, identifierOf(part))),
  ...Object.entries(queues).flatMap(([queue, document]) =>
    Object.keys(document.parts).map((part) => inDevice(prefix, `QUEUE_${identifierOf(queue)}_${identifierOf(part)}`)),
  ),
]

const inDevice = (prefix: string, part: string): string => `DOMFORGE_WITHIN(${prefix}, ${part});`

/** `text` for a comment, in ASCII, and without anything that ends a comment, or begins one inside it, which compilers warn about. */
export const commentText = (text: string): string =>
  text
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .replaceAll('*/', '* /')
    .replaceAll('/*', '/ *')
