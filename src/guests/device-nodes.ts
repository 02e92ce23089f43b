/**
 * The nodes of a host's device in its guest's tree, where Xen finds what it maps and which node of the host is meant (docs/misc/arm/passthrough.txt):
 *
 *     pl031@9010000 {
 *             compatible = "arm,pl031", "arm,primecell";
 *             reg = <0x0 0x9010000 0x0 0x1000>;                   // guest-physical
 *             interrupt-parent = <65000>;
 *             interrupts = <0x0 0x2 0x4>;
 *             xen,path = "/pl031@9010000";
 *             xen,reg = <0x0 0x9010000 0x0 0x1000 0x0 0x9010000>; // host-physical, size, guest-physical
 *             xen,force-assign-without-iommu;
 *     };
 */
import { cells, node, property, text, wideCells } from '../devicetree/build.ts'
import { removeProperty, setProperty } from '../devicetree/edit.ts'
import { type DtNode, type DtPart, type DtProperty, propertyNamed } from '../devicetree/model.ts'
import { baseName, sizeCells } from '../devicetree/readings/node.ts'
import { isPciBus } from '../devicetree/readings/translate.ts'
import { stringList } from '../devicetree/readings/values.ts'
import { atKey, atValue, member } from '../diagnostics/diagnostic.ts'
import { extraNodeProperty } from '../model/extra-node-property.ts'
import type { Passthrough } from '../model/passthrough/device.ts'
import { GIC_CELLS } from '../passthrough/closure/interrupt-map.ts'
import type { DeviceInterrupts } from '../passthrough/host-device.ts'
import {
  guestBase,
  mappingsOf,
  type PlannedDevice,
  type PlannedNode,
  type PlannedPart,
} from '../plan/passthrough/planned-device.ts'
import { hex } from '../units/format.ts'
import { distance } from '../units/quantities.ts'
import { CELLS } from '../xen/bindings.ts'
import { GIC_PHANDLE } from '../xen/partial-tree.ts'

/** The nodes of one device, below a node with `CELLS` cells for address and size. */
export function deviceNodes({ entry, nodes, held }: PlannedDevice): readonly DtNode[] {
  const made = nodes.map((planned, order): Made => {
    const extra = order === 0 ? entry['extra-properties'].map(extraNodeProperty) : []
    return {
      planned,
      node: extra.reduce(setProperty, nodeOf({ entry, planned, isHeld: held.has(planned.device.place) })),
    }
  })
  return nested(made)
}

interface Made {
  readonly planned: PlannedNode
  readonly node: DtNode
}

/** Each node below that of its nearest ancestor on the host among them. */
function nested(made: readonly Made[]): readonly DtNode[] {
  const pathOf = ({ planned }: Made): string => planned.device.place.path
  const parentOf = (own: Made): Made | undefined =>
    made
      .filter((other) => pathOf(own).startsWith(`${pathOf(other)}/`))
      .toSorted((a, b) => pathOf(b).length - pathOf(a).length)[0]
  const whole = (own: Made): DtNode => {
    const below = made.filter((other) => parentOf(other) === own).map(whole)
    return below.length === 0 ? own.node : asBus(own.node, below)
  }
  return made.filter((own) => parentOf(own) === undefined).map(whole)
}

/** A bus that translates no addresses. */
function asBus(own: DtNode, below: readonly DtNode[]): DtNode {
  const bus = [
    property('#address-cells', [cells([CELLS])]),
    property('#size-cells', [cells([CELLS])]),
    property('ranges', []),
  ].reduce(setProperty, own)
  return { ...bus, children: [...bus.children, ...below] }
}

/** A node and its source. */
interface Making {
  readonly entry: Passthrough
  readonly planned: PlannedNode
  /** Whether Xen is to put it behind an IOMMU. */
  readonly isHeld: boolean
}

function nodeOf(making: Making): DtNode {
  const { entry, planned } = making
  const { device, node: given } = planned
  const kept = given.properties.filter(({ name }) => name !== 'compatible' && name !== 'interrupt-map')
  const compatible = propertyNamed(given, 'compatible')
  const properties = [
    ...(compatible ? [compatible] : []),
    ...registers(making),
    ...windows(making),
    ...dmaWindows(making),
    ...interrupts(making),
    ...kept,
  ]
  const whole = node(nameOf(planned), { ...given, properties }, atKey(entry.pointer))
  return forXen(making).reduce(setProperty, withoutLost(whole, device.interrupts))
}

const nameOf = ({ device, parts }: PlannedNode): string => {
  const [first] = parts
  const { node: own } = device.place
  return first ? `${baseName(own)}@${hex(guestBase(first)).slice(2)}` : own.name
}

/** Most significant first. */
const words = (value: bigint): readonly bigint[] => [value >> 32n, value & 0xffff_ffffn]

const wide = (value: bigint): DtPart => wideCells(value, CELLS)

function registers({ entry, planned: { parts } }: Making): readonly DtProperty[] {
  const own = parts.filter(({ span }) => span.kind === 'register')
  const value = own.flatMap((part) => [wide(guestBase(part)), wide(part.host.size)])
  return [property('reg', value, atValue(member(entry.pointer, 'guest-address')))]
}

/** `ranges` of a bridge: child address, guest-physical address, size. */
function windows({ entry, planned: { device, parts } }: Making): readonly DtProperty[] {
  const width = sizeCells(device.place.node) === 1 ? 1 : 2
  const value = parts.flatMap((part): readonly DtPart[] =>
    part.span.kind === 'window'
      ? [cells(childAddress(part.span.child, cutBefore(part))), wide(guestBase(part)), wideCells(part.host.size, width)]
      : [],
  )
  return value.length === 0 ? [] : [property('ranges', value, atValue(member(entry.pointer, 'guest-address')))]
}

/** `dma-ranges` of a bridge: address that its functions emit, guest-physical address (equal to the host's, or translated by an IOMMU), size. */
function dmaWindows({ entry, planned: { device } }: Making): readonly DtProperty[] {
  const { place, dma } = device
  if (!isPciBus(place.node) || dma.windows.length === 0) return []
  const value = dma.windows.flatMap(({ space, bus, host }) => [
    cells([space]),
    wide(bus),
    wide(host.base),
    wide(host.size),
  ])
  return [property('dma-ranges', value, atKey(entry.pointer))]
}

/** How many bytes are missing at the start of a window. */
const cutBefore = ({ span, host }: PlannedPart): bigint => distance(span.host.base, host.base)

/** The address plus `by`; cells above the last two say which kind of PCI space it is, and stay. */
function childAddress(child: readonly number[], by: bigint): readonly bigint[] {
  const [low = 0, high = 0] = child.toReversed()
  const moved = BigInt.asUintN(64, (BigInt(high) << 32n) + BigInt(low) + by)
  return [...child.slice(0, -2).map(BigInt), ...(child.length > 1 ? [moved >> 32n] : []), moved & 0xffff_ffffn]
}

function interrupts({ entry, planned }: Making): readonly DtProperty[] {
  const { interrupts: all } = planned.device
  const at = atValue(member(entry.pointer, 'path'))
  const map = propertyNamed(planned.node, 'interrupt-map')
  const own = all.kind === 'stopped' ? [] : all.own
  return [
    ...(own.length > 0
      ? [
          property('interrupt-parent', [cells([GIC_PHANDLE])], at),
          property(
            'interrupts',
            own.map((specifier) => cells(specifier.cells.slice(0, GIC_CELLS))),
            at,
          ),
        ]
      : []),
    ...(map ? [property(map.name, map.value, at)] : []),
  ]
}

/** Names of interrupts that the guest does not get. */
function withoutLost(own: DtNode, all: DeviceInterrupts): DtNode {
  const names = stringList(propertyNamed(own, 'interrupt-names'))
  if (!names || all.kind === 'stopped') return own
  const lost = new Set(all.lost.map(({ index }) => index))
  const left = names.filter((_, index) => !lost.has(index))
  if (left.length === names.length) return own
  return left.length === 0
    ? removeProperty(own, 'interrupt-names')
    : setProperty(
        own,
        property(
          'interrupt-names',
          left.map((name) => text(name)),
        ),
      )
}

function forXen({ entry, planned, isHeld }: Making): readonly DtProperty[] {
  const [atPath, atAddress] = [atValue(member(entry.pointer, 'path')), atValue(member(entry.pointer, 'guest-address'))]
  const regions = mappingsOf(planned).map(({ host, guest }) => cells([host.base, host.size, guest.base].flatMap(words)))
  return [
    property('xen,path', [text(planned.device.place.path, atPath)], atPath),
    property('xen,reg', regions, atAddress),
    // With an IOMMU Xen ignores the property.
    ...(!isHeld || entry['force-assign-without-iommu'] !== undefined
      ? [property('xen,force-assign-without-iommu', [], atKey(entry.pointer))]
      : []),
  ]
}
