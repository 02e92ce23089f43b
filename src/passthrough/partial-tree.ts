/**
 * What a partial device tree says below `/passthrough` (docs/misc/arm/passthrough.txt), for everything that domforge makes of it. What Xen will read
 * there is read by `checks/xen` on its own, so that neither can hide a mistake of the other.
 */
import { cells, node, property, text } from '../devicetree/build.ts'
import { removeProperty } from '../devicetree/edit.ts'
import { childNamed, type DeviceTree, type DtNode, hasProperty, propertyNamed, walk } from '../devicetree/model.ts'
import { addressCells, isCompatible, phandleOfNode, sizeCells } from '../devicetree/readings/node.ts'
import { type RegEntry, regEntries, splitCells } from '../devicetree/readings/reg.ts'
import { cellsOf, stringValue } from '../devicetree/readings/values.ts'
import { bytes, type GuestPhys, guestPhys } from '../units/quantities.ts'
import { type Range, range } from '../units/range.ts'
import { CELLS } from '../xen/bindings.ts'
import { FIRST_SPI } from '../xen/gic.ts'
import { GIC_PHANDLE, PASSTHROUGH_PROPERTIES } from '../xen/partial-tree.ts'

const NAME = 'passthrough'

/** The nodes below the root that Xen takes for `/passthrough`: it compares names without case. */
const tops = ({ root }: DeviceTree): readonly DtNode[] =>
  root.children.filter(({ name }) => name.toLowerCase() === NAME)

/** Every node below the root's `/passthrough`, itself included. */
const nodesIn = (tree: DeviceTree): readonly DtNode[] =>
  tops(tree).flatMap((top) => [...walk(top)].map(({ node: own }) => own))

/** Paths of the host's nodes that the guest is given: every `xen,path`, as written. */
export const assignedPaths = (tree: DeviceTree): readonly string[] => nodesIn(tree).flatMap(pathOf)

/** Those that it is given whether an IOMMU holds them back or not (`xen,force-assign-without-iommu`). */
export const forcedPaths = (tree: DeviceTree): readonly string[] =>
  nodesIn(tree)
    .filter((own) => hasProperty(own, 'xen,force-assign-without-iommu'))
    .flatMap(pathOf)

function pathOf(own: DtNode): readonly string[] {
  const path = stringValue(propertyNamed(own, 'xen,path'))
  return path === undefined ? [] : [path]
}

/**
 * Ids of the domains that serve devices of the guest with its grants: the cell after a reference to a node that is compatible with
 * `xen,grant-dma` (Linux: Documentation/devicetree/bindings/iommu/xen,grant-dma.yaml).
 */
export function grantBackends(tree: DeviceTree): readonly number[] {
  const all = [...walk(tree.root)].map(({ node: own }) => own)
  const granting = new Set(all.filter((own) => isCompatible(own, 'xen,grant-dma')).map(phandleOfNode))
  return all.flatMap((own) => {
    const cells = cellsOf(propertyNamed(own, 'iommus')) ?? []
    return cells.filter((_, index) => index > 0 && granting.has(cells[index - 1]))
  })
}

/** Guest addresses of what the tree has there: mapped by `xen,reg`, or only named by `reg`. */
export const guestAddresses = (tree: DeviceTree): readonly Range<GuestPhys>[] =>
  nodesIn(tree).flatMap((parent) => parent.children.flatMap((child) => addressesOf(child, parent)))

function addressesOf(own: DtNode, parent: DtNode): readonly Range<GuestPhys>[] {
  const named = regEntries(own, parent)
  return [...mappedBy(own, parent), ...(named.ok ? named.value.flatMap(guestRange) : [])]
}

/** `xen,reg` is a list of host address, size and guest address (docs/misc/arm/passthrough.txt). */
function mappedBy(own: DtNode, parent: DtNode): readonly Range<GuestPhys>[] {
  const address = addressCells(parent)
  const entries = splitCells(own, 'xen,reg', [address, sizeCells(parent), address])
  return entries.ok ? entries.value.flatMap(([, size = 0n, guest = 0n]) => guestRange({ address: guest, size })) : []
}

/** virtio-mmio devices, made by hand: nodes that Xen copies and maps nothing for, so that accesses trap. */
export const trappedVirtioNodes = (tree: DeviceTree): readonly DtNode[] =>
  nodesIn(tree).filter((own) => isCompatible(own, 'virtio,mmio') && !hasProperty(own, 'xen,reg'))

/** The node whose phandle Xen gives to the guest's interrupt controller: it compares names without case. */
export const controllerOf = ({ root }: DeviceTree): DtNode | undefined => root.children.find(isController)

export const isController = ({ name }: DtNode): boolean => name.toLowerCase() === 'gic'

/** INTIDs that nodes there may have at the guest's controller. */
export const guestInterrupts = (tree: DeviceTree): readonly number[] =>
  nodesIn(tree).flatMap((own) => interruptsNamedBy(own, tree))

/** Those of one node: three cells each, kind, number, flags; in `interrupts-extended` after the phandle of the controller. */
export function interruptsNamedBy(own: DtNode, tree: DeviceTree): readonly number[] {
  const controller = controllerOf(tree)
  const phandle = (controller && phandleOfNode(controller)) ?? GIC_PHANDLE
  const plain = cellsOf(propertyNamed(own, 'interrupts')) ?? []
  const extended = cellsOf(propertyNamed(own, 'interrupts-extended')) ?? []
  return [
    ...plain.flatMap((kind, at) => (at % 3 === 0 && kind === 0 ? [FIRST_SPI + (plain[at + 1] ?? 0)] : [])),
    ...extended.flatMap((cell, at) =>
      cell === phandle && extended[at + 1] === 0 ? [FIRST_SPI + (extended[at + 2] ?? 0)] : [],
    ),
  ]
}

const LIMIT = 1n << 64n

/** Nothing for what is empty or goes beyond 64 bits. */
const guestRange = ({ address, size }: RegEntry): readonly Range<GuestPhys>[] =>
  size === 0n || address + size > LIMIT ? [] : [range(guestPhys(address), bytes(size))]

/** `tree` with the node that `made` gives for the one that it goes into, below `/passthrough`, which is added where it is missing. */
export const withNode = (tree: DeviceTree, made: (parent: DtNode) => DtNode): DeviceTree =>
  withBus(tree, node(NAME, {}), (bus) => ({ ...bus, children: [...bus.children, made(bus)] }))

/** `tree` with its `/passthrough` changed, or with `missing` changed where it has none. */
export function withBus(tree: DeviceTree, missing: DtNode, change: (bus: DtNode) => DtNode): DeviceTree {
  const { root } = tree
  const [top] = tops(tree)
  const changed = change(top ?? missing)
  const children = top ? root.children.map((child) => (child === top ? changed : child)) : [...root.children, changed]
  return { ...tree, root: { ...root, children } }
}

/** A tree with an empty `/passthrough`, for a guest that has no tree of the user's. Addresses and sizes have 64 bits. */
export const emptyPartialTree = (): DeviceTree => ({
  root: node('', { properties: width(), children: [emptyBus()] }),
  reservations: [],
  bootCpuid: 0,
})

/** `/passthrough` without devices: guest-physical addresses in two cells. */
export const emptyBus = (): DtNode =>
  node(NAME, { properties: [property('compatible', [text('simple-bus')]), property('ranges', []), ...width()] })

const width = () => [property('#address-cells', [cells([CELLS])]), property('#size-cells', [cells([CELLS])])]

/** What libxl copies: it looks for the exact name (tools/libs/light/libxl_arm.c: copy_partial_fdt). */
export const copiedByXl = ({ root }: DeviceTree): DtNode | undefined => childNamed(root, NAME)

/** All that xl copies, as it is. */
export const nodesForXl = ({ root }: DeviceTree): readonly DtNode[] =>
  [childNamed(root, NAME), childNamed(root, 'aliases')].filter((own) => own !== undefined)

/** Whether anything there is for Xen alone. */
export const hasXensProperties = (tree: DeviceTree): boolean =>
  nodesIn(tree).some((own) => PASSTHROUGH_PROPERTIES.some((name) => hasProperty(own, name)))

/** `tree` without what only Xen reads below `/passthrough`: xl gives devices by keys of its configuration. */
export const withoutXensProperties = (tree: DeviceTree): DeviceTree => ({
  ...tree,
  root: {
    ...tree.root,
    children: tree.root.children.map((child) => (child.name.toLowerCase() === NAME ? stripped(child) : child)),
  },
})

const stripped = (own: DtNode): DtNode => ({
  ...PASSTHROUGH_PROPERTIES.reduce(removeProperty, own),
  children: own.children.map(stripped),
})

/**
 * What Xen reads in a partial tree, xl does not, and no key of its configuration says: paths of nodes, each with a clause. xl copies `/passthrough` and
 * `/aliases` as they are.
 */
export const lostForXl = ({ root }: DeviceTree): readonly { readonly path: string; readonly what: string }[] =>
  root.children.flatMap((child) => {
    const phandle = phandleOfNode(child)
    const isOther = isController(child) && phandle !== undefined && phandle !== GIC_PHANDLE
    return isOther ? [{ path: `/${child.name}`, what: `gives the interrupt controller the phandle ${phandle}` }] : []
  })
