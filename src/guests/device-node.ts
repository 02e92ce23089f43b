/**
 * The node of a host's device in its guest's tree, where Xen finds what it maps and which node of the host is meant (docs/misc/arm/passthrough.txt):
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
import { mapEntries } from '../devicetree/readings/interrupt-map.ts'
import { interruptsOf } from '../devicetree/readings/interrupts.ts'
import { baseName, sizeCells } from '../devicetree/readings/node.ts'
import type { TreeIndex } from '../devicetree/readings/tree-index.ts'
import { stringList } from '../devicetree/readings/values.ts'
import { atKey, atValue, member } from '../diagnostics/diagnostic.ts'
import { extraNodeProperty } from '../model/extra-node-property.ts'
import type { DeviceInterrupts } from '../passthrough/host-device.ts'
import { isForced } from '../plan/passthrough/check-dma.ts'
import { guestBase, mappingsOf, type PlannedDevice, type PlannedPart } from '../plan/passthrough/planned-device.ts'
import { hex } from '../units/format.ts'
import { distance } from '../units/quantities.ts'
import { CELLS } from '../xen/bindings.ts'
import { GIC_PHANDLE } from '../xen/partial-tree.ts'

/** Who reads the tree: Xen, or xl, which gives devices by keys of its configuration and copies everything. */
export type Reader = 'xen' | 'xl'

/** Below a node with `CELLS` cells of address and size. `index`: of the host's tree. */
export function deviceNode(planned: PlannedDevice, index: TreeIndex, reader: Reader): DtNode {
  const { entry, closure } = planned
  const origin = atKey(entry.pointer)
  const own = [...(reader === 'xen' ? forXen(planned) : []), ...entry['extra-properties'].map(extraNodeProperty)]
  const kept = closure.node.properties.filter(({ name }) => name !== 'compatible' && name !== 'interrupt-map')
  const compatible = propertyNamed(closure.node, 'compatible')
  const properties = [
    ...(compatible ? [compatible] : []),
    ...registers(planned),
    ...windows(planned),
    ...interrupts(planned, index),
    ...kept,
  ]
  const whole = node(nameOf(planned), { ...closure.node, properties }, origin)
  return own.reduce(setProperty, withoutLost(whole, closure.device.interrupts))
}

const nameOf = ({ closure, parts }: PlannedDevice): string => {
  const [first] = parts
  return first ? `${baseName(closure.device.place.node)}@${hex(guestBase(first)).slice(2)}` : closure.node.name
}

const wide = (value: bigint): DtPart => wideCells(value, CELLS)

function registers({ entry, parts }: PlannedDevice): readonly DtProperty[] {
  const own = parts.filter(({ span }) => span.kind === 'register')
  const value = own.flatMap((part) => [wide(guestBase(part)), wide(part.host.size)])
  return [property('reg', value, atValue(member(entry.pointer, 'guest-address')))]
}

/** `ranges` of a bridge: what its children call an address, where the guest sees it, how much of it. */
function windows({ entry, closure, parts }: PlannedDevice): readonly DtProperty[] {
  const width = sizeCells(closure.device.place.node) === 1 ? 1 : 2
  const value = parts.flatMap((part): readonly DtPart[] =>
    part.span.kind === 'window'
      ? [cells(childAddress(part.span.child, cutBefore(part))), wide(guestBase(part)), wideCells(part.host.size, width)]
      : [],
  )
  return value.length === 0 ? [] : [property('ranges', value, atValue(member(entry.pointer, 'guest-address')))]
}

/** How much of a window is missing at its start. */
const cutBefore = ({ span, host }: PlannedPart): bigint => distance(span.host.base, host.base)

/** Moved by `by`; what stands above the last two cells says which kind of space it is. */
function childAddress(child: readonly number[], by: bigint): readonly bigint[] {
  const [low = 0, high = 0] = child.toReversed()
  const moved = BigInt.asUintN(64, (BigInt(high) << 32n) + BigInt(low) + by)
  return [...child.slice(0, -2).map(BigInt), ...(child.length > 1 ? [moved >> 32n] : []), moved & 0xffff_ffffn]
}

/** Specifiers of an Arm GIC: a fourth cell names CPUs, which a guest's controller does not read. */
const GIC_CELLS = 3

const asGuests = (specifier: readonly number[]): readonly number[] => specifier.slice(0, GIC_CELLS)

function interrupts({ entry, closure }: PlannedDevice, index: TreeIndex): readonly DtProperty[] {
  const { interrupts: all, place } = closure.device
  const at = atValue(member(entry.pointer, 'path'))
  if (all.kind === 'stopped' || all.atGic.length === 0) return []
  const isBridge = all.kind === 'rewrite' && all.via === 'interrupt-map'
  const own = isBridge ? ownOf(index, closure.device.place.path) : all.atGic.map(({ cells: given }) => given)
  const map = isBridge ? mapEntries(index, place) : undefined
  const entries = map?.ok ? map.value : []
  return [
    ...(own.length > 0
      ? [
          property('interrupt-parent', [cells([GIC_PHANDLE])], at),
          property(
            'interrupts',
            own.map((specifier) => cells(asGuests(specifier))),
            at,
          ),
        ]
      : []),
    ...(entries.length > 0
      ? [
          property(
            'interrupt-map',
            // The guest's controller has no address: between phandle and specifier stands nothing.
            entries.map(({ key, target }) => cells([...key, GIC_PHANDLE, ...asGuests(target.cells)])),
            at,
          ),
        ]
      : []),
  ]
}

function ownOf(index: TreeIndex, path: string): readonly (readonly number[])[] {
  const place = index.at(path)
  const own = place ? interruptsOf(index, place) : undefined
  return own?.ok ? own.value.map(({ cells: specifier }) => specifier) : []
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

function forXen(planned: PlannedDevice): readonly DtProperty[] {
  const { entry, closure } = planned
  const [atPath, atAddress] = [atValue(member(entry.pointer, 'path')), atValue(member(entry.pointer, 'guest-address'))]
  const regions = mappingsOf(planned).flatMap(({ host, guest }) => [wide(host.base), wide(host.size), wide(guest.base)])
  return [
    property('xen,path', [text(closure.device.place.path, atPath)], atPath),
    property('xen,reg', regions, atAddress),
    ...(isForced(planned) ? [property('xen,force-assign-without-iommu', [], atKey(entry.pointer))] : []),
  ]
}
