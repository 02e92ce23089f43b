/**
 * The node that describes a guest's virtio devices in its own device tree, if it has a partial one: Xen copies what is below `/passthrough`, and
 * Linux shows it below /proc/device-tree. Offsets count from the start of the region, in two cells like everything of 64 bits.
 *
 *     virtio-static-shm {
 *             compatible = "domforge,virtio-v1";
 *             samples-link {
 *                     type = "rpmsg";
 *                     region = <0x0 0x3a000000>, <0x0 0x100000>;  // guest-physical
 *                     device = <0x0 0x0>, <0x0 0x21000>;          // offset and size in the region
 *             };
 *     };
 */
import { cells, node, property, strings, text, wideCells } from '../devicetree/build.ts'
import type { DeviceTree, DtNode, DtProperty } from '../devicetree/model.ts'
import { defined } from '../diagnostics/defined.ts'
import { atKey } from '../diagnostics/diagnostic.ts'
import { withNode } from '../passthrough/partial-tree.ts'
import { type BufferLayout, type DeviceLayout, type PartKind, partOf } from '../plan/virtio/device-layout.ts'
import {
  type PlannedStaticShm,
  peerOf,
  portOf,
  ROLE_NAMES,
  regionSeenBy,
  roleOf,
  statePortOf,
} from '../plan/virtio/planned-virtio.ts'
import { LAYOUT_VERSION } from '../plan/virtio/static-vrings.ts'
import { type Bytes, offset, type RegionOffset } from '../units/quantities.ts'
import { CELLS } from '../xen/bindings.ts'

const NAME = 'virtio-static-shm'

/** `tree` with a node for `devices`, as `domain` sees them. */
export const withVirtioNode = (tree: DeviceTree, devices: readonly PlannedStaticShm[], domain: string): DeviceTree =>
  withNode(tree, (parent) =>
    node(freeName(parent), {
      properties: [property('compatible', [text('domforge,virtio-v1')])],
      children: devices.map((planned) => deviceNode(planned, domain)),
    }),
  )

function freeName({ children }: DtNode): string {
  const taken = children.map(({ name }) => name)
  const names = [NAME, ...taken.map((_, index) => `${NAME}-${index + 1}`)]
  return names.find((name) => !taken.includes(name)) ?? NAME
}

function deviceNode(planned: PlannedStaticShm, domain: string): DtNode {
  const { device, place, layout, region, hash } = planned
  const seen = defined(regionSeenBy(planned, domain), `place of a region in ${domain}`)
  const role = defined(roleOf(planned, domain), `role of ${domain}`)
  const versioned = device.layout === 'static-vrings'
  const { buffers, queues } = layout
  const properties = [
    property('type', [text(device.type.name)]),
    property('device-id', [cells([BigInt(device.type.id)])]),
    property('role', [text(ROLE_NAMES[role])]),
    property('peer', [text(peerOf(planned, domain))]),
    property('layout', [text(device.layout)]),
    ...(versioned ? [property('layout-version', [cells([BigInt(LAYOUT_VERSION)])]), wide('layout-hash', hash)] : []),
    wide('features', layout.features.bits),
    property('region-id', [text(region.id.value)]),
    wide('region', seen.base, seen.size),
    wide('device', place.value.base, layout.size),
    ...PARTS.flatMap((kind) => partProperty(kind, [partOf(layout, kind)], place.value.base)),
    property('queues', strings(queues.map(({ queue }) => queue.name))),
    property('queue-sizes', [cells(queues.map(({ queue }) => BigInt(queue.size)))]),
    ...QUEUE_PARTS.flatMap((kind) => partProperty(kind, queuesParts(layout, kind), place.value.base)),
    property('queue-flows', strings(queues.map(({ queue }) => queue.kind.flow))),
    property('queue-ports', [cells(queues.map(({ queue }) => BigInt(portOf(planned, queue, domain))))]),
    ...(versioned ? [property('state-port', [cells([BigInt(statePortOf(planned, domain))])])] : []),
    ...(buffers ? bufferProperties(layout, buffers) : []),
  ]
  return node(device.name, { properties }, atKey(device.pointer))
}

const bufferProperties = ({ queues }: DeviceLayout, { count, size, stride }: BufferLayout): readonly DtProperty[] => [
  property('queue-buffers', [cells(queues.flatMap(({ buffers }) => [buffers.first, buffers.count]).map(BigInt))]),
  wide('buffer-size', size, stride),
  property('buffer-count', [cells([BigInt(count)])]),
]

const PARTS: readonly PartKind[] = [
  'identity',
  'device-state',
  'driver-state',
  'config',
  'resource-table',
  'driver-status',
  'buffers',
]

const QUEUE_PARTS: readonly PartKind[] = ['descriptors', 'available', 'used', 'ring', 'driver-events', 'device-events']

const queuesParts = (layout: DeviceLayout, kind: PartKind) =>
  layout.queues.map(({ queue }) => partOf(layout, kind, queue.name))

/** Where parts begin; nothing where the layout has none of them. */
function partProperty(
  name: string,
  parts: readonly ({ readonly offset: Bytes } | undefined)[],
  start: RegionOffset,
): readonly DtProperty[] {
  const known = parts.flatMap((part) => (part ? [offset(start, part.offset)] : []))
  return known.length === 0 ? [] : [wide(name, ...known)]
}

const wide = (name: string, ...values: readonly bigint[]): DtProperty =>
  property(
    name,
    values.map((value) => wideCells(value, CELLS)),
  )
