/**
 * Nodes of host devices that are given to domains, marked so that the owner of the rest of the hardware leaves them alone.
 *
 *     soc {
 *             ethernet@a001000 {
 *                     xen,passthrough;
 *             };
 *     };
 */

import { cells, node, property } from '../devicetree/build.ts'
import { mergeNode } from '../devicetree/edit.ts'
import { type DtNode, type DtProperty, nodeAt, propertyNamed, walk } from '../devicetree/model.ts'
import { isAvailable, isCompatible, phandleOfNode } from '../devicetree/readings/node.ts'
import { indexTree, type Place, type TreeIndex } from '../devicetree/readings/tree-index.ts'
import { atValue, type Origin } from '../diagnostics/diagnostic.ts'
import type { Board } from '../facts/facts.ts'
import { driverOf } from '../iommu/driver.ts'
import { isHardwareDomain } from '../model/system-model.ts'
import type { HostDevice } from '../passthrough/host-device.ts'
import { claimantsBelow } from '../passthrough/interrupt-ids.ts'
import { assignedPaths } from '../passthrough/partial-tree.ts'
import type { SystemPlan } from '../plan/system-plan.ts'

/** The mark (docs/misc/arm/passthrough.txt). */
const MARK = 'xen,passthrough'

/**
 * Nodes to be merged below the root: those that `xen,path` or `dtdev` names, with a mark if the board's tree has none, and what Xen needs in them to route
 * interrupts and assign streams. There are no marks if nobody owns the rest of the hardware: then nothing reads them.
 */
export function assignedNodes(plan: SystemPlan): readonly DtNode[] {
  const { board, dom0, dom0less } = plan
  const rerouted = reroutedNodes(plan)
  const hasOwner = dom0 || dom0less.some(({ domain }) => isHardwareDomain(domain))
  if (!hasOwner) return rerouted.reduce(mergeNode, node('', {})).children
  const hostPaths = new Map(
    [...walk(board.tree.root)].map(({ node: host, path }) => [path.toLowerCase(), { host, path }]),
  )
  const seen = new Set<string>()
  let marked = rerouted.reduce(mergeNode, node('', {}))
  const given = new Map(givenNodes(plan).map(({ device, origin }) => [device.place.path, origin]))
  for (const { path, origin } of [...byPartialTree(dom0less), ...byXl(plan), ...aroundDevices(plan)]) {
    const found = hostPaths.get(path.toLowerCase())
    if (!found || seen.has(found.path) || found.path === '/' || propertyNamed(found.host, MARK)) continue
    seen.add(found.path)
    const at = given.get(found.path) ?? origin
    marked = mergeNode(marked, chain(found.path, [property(MARK, [], at)], at))
  }
  return marked.children
}

/**
 * Nodes with what Xen does not find out by itself. It routes only interrupts that a device's own node has at the GIC, and silently skips others
 * (arch/arm/device.c: map_device_irqs_to_domain): these nodes get the interrupts as they arrive at the GIC, through a bridge's map or a forwarder.
 *
 *     pcie@10000000 {
 *             interrupt-parent = <0x8001>;
 *             interrupts = <0x0 0x3 0x4>, …;
 *             iommus = <0x9001 0x8>, …;        // of its functions
 *     };
 */
const reroutedNodes = (plan: SystemPlan): readonly DtNode[] =>
  givenNodes(plan).flatMap(({ device, origin }) => {
    const properties = [...reroutedInterrupts(plan.board, device, origin), ...streams(plan, device, origin)]
    return properties.length === 0 ? [] : [chain(device.place.path, properties, origin)]
  })

/** `iommus` with the streams of a bridge's functions: Xen does not read `iommu-map` of a device that is given away by the tree. */
function streams({ board, model }: SystemPlan, { dma }: GivenDevice, origin: Origin): readonly DtProperty[] {
  const all = [...dma.functions, ...dma.iommus]
  const isUsed = ({ isEnabled, path }: (typeof all)[number]): boolean => {
    const iommu = nodeAt(board.tree.root, path)
    return isEnabled && iommu !== undefined && driverOf(iommu, model.xen.release) !== undefined
  }
  if (dma.functions.length === 0 || !all.every(isUsed)) return []
  const entries = dma.iommus.flatMap(({ path, cells: own }) => {
    const iommu = nodeAt(board.tree.root, path)
    const phandle = iommu && phandleOfNode(iommu)
    return phandle === undefined ? [] : [cells([phandle, ...own])]
  })
  return entries.length === 0 ? [] : [property('iommus', entries, origin)]
}

/** What has to be known of a device of the host that is given away. */
type GivenDevice = Pick<HostDevice, 'place' | 'gic' | 'interrupts' | 'dma'>

interface Given {
  readonly device: GivenDevice
  readonly origin: Origin
}

/**
 * Devices that the manifest gives by path, and those that the user's own trees give, to boot-time domains and to domains of xl. Those of xl are among them,
 * since dom0 must have the interrupts itself that it gives away (common/domctl.c: XEN_DOMCTL_irq_permission).
 */
const givenNodes = ({ dom0less, xl }: SystemPlan): readonly Given[] =>
  [...dom0less, ...xl].flatMap(({ devices, ownTree }) => [
    ...devices.flatMap(({ entry, nodes }) =>
      nodes.map(({ device }) => ({ device, origin: atValue(`${entry.pointer}/path`) })),
    ),
    ...(ownTree?.devices ?? []).flatMap(({ host, at }) => (host ? [{ device: host, origin: at }] : [])),
  ])

const aroundDevices = (plan: SystemPlan): readonly Assigned[] => {
  const given = givenNodes(plan)
  if (given.length === 0) return []
  const index = indexTree(plan.board.tree.root)
  const paths = new Set(given.map(({ device }) => device.place.path))
  return given.flatMap(({ device, origin }) =>
    [...claimantsBelow(index, device), ...emptiedMemory(index, device, paths)].map(({ path }) => ({ path, origin })),
  )
}

/** An SRAM all of whose parts are given away, and to which no node refers: if the owner of the hardware drove it, it would use memory that is given away. */
function emptiedMemory(index: TreeIndex, { place }: GivenDevice, given: ReadonlySet<string>): readonly Place[] {
  const parent = index.at(place.path)?.parent
  if (!parent || !isCompatible(parent.node, 'mmio-sram') || phandleOfNode(parent.node) !== undefined) return []
  const parts = index.children(parent).filter(({ node: part }) => isAvailable(part))
  return parts.every(({ path }) => given.has(path)) ? [parent] : []
}

function reroutedInterrupts(board: Board, { place, interrupts }: GivenDevice, origin: Origin): readonly DtProperty[] {
  const gic = board.gic && nodeAt(board.tree.root, board.gic.path)
  const phandle = gic && phandleOfNode(gic)
  if (interrupts.kind !== 'rewrite' || phandle === undefined) return []
  const all = interrupts.atGic.map(({ cells: specifier }) => specifier)
  // If the node has interrupts-extended, Xen ignores `interrupts` (dt_device_get_raw_irq).
  return propertyNamed(place.node, 'interrupts-extended')
    ? [
        property(
          'interrupts-extended',
          all.map((specifier) => cells([phandle, ...specifier])),
          origin,
        ),
      ]
    : [
        property('interrupt-parent', [cells([phandle])], origin),
        property(
          'interrupts',
          all.map((specifier) => cells(specifier)),
          origin,
        ),
      ]
}

interface Assigned {
  readonly path: string
  readonly origin: Origin
}

const byPartialTree = (domains: SystemPlan['dom0less']): readonly Assigned[] =>
  domains.flatMap(({ partialTree }) =>
    partialTree
      ? assignedPaths(partialTree.source.tree).map((path) => ({ path, origin: atValue(partialTree.pointer) }))
      : [],
  )

/** Devices that domains of xl get: by the manifest, by trees of the user's own, and by `dtdev`. Xen assigns a device only if dom0 does not have it (iommu_assign_dt_device). */
const byXl = ({ xl }: SystemPlan): readonly Assigned[] =>
  xl.flatMap(({ domain, devices, ownTree }) => [
    ...devices.flatMap(({ entry, nodes }) =>
      nodes.map(({ device }) => ({ path: device.place.path, origin: atValue(`${entry.pointer}/path`) })),
    ),
    ...(ownTree?.devices ?? []).flatMap(({ host, at }) => (host ? [{ path: host.place.path, origin: at }] : [])),
    ...domain['extra-xl'].flatMap(({ name, value, pointer }) =>
      name === 'dtdev' && typeof value === 'object' ? value.map((path) => ({ path, origin: atValue(pointer) })) : [],
    ),
  ])

/** A root with only the nodes that lead to the one at `path`, which has `properties`. */
function chain(path: string, properties: readonly DtProperty[], origin: Origin): DtNode {
  const names = path.slice(1).split('/')
  const last = node(names.at(-1) ?? '', { properties }, origin)
  const first = names.slice(0, -1).reduceRight((below, name) => node(name, { children: [below] }), last)
  return node('', { children: [first] })
}
