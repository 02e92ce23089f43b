/** Devices of the host that a user's own partial tree gives its domain, in the words that Xen reads (docs/misc/arm/passthrough.txt). */
import { type DtNode, hasProperty, propertyNamed } from '../../devicetree/model.ts'
import { interruptsOf } from '../../devicetree/readings/interrupts.ts'
import { addressCells, sizeCells } from '../../devicetree/readings/node.ts'
import { splitCells } from '../../devicetree/readings/reg.ts'
import { indexTree, type Place, type TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { stringValue } from '../../devicetree/readings/values.ts'
import { inFile, type Origin } from '../../diagnostics/diagnostic.ts'
import { type Facts, type PartialTree, partialTreeOf } from '../../facts/facts.ts'
import type { Guest, SystemModel } from '../../model/system-model.ts'
import { dmaOf } from '../../passthrough/host/dma.ts'
import { deviceInterrupts } from '../../passthrough/host/interrupts.ts'
import type { DeviceDma, DeviceInterrupts } from '../../passthrough/host-device.ts'
import { idsOf } from '../../passthrough/interrupt-ids.ts'
import { interruptsNamedBy } from '../../passthrough/partial-tree.ts'
import { bytes, guestPhys, hostPhys } from '../../units/quantities.ts'
import { range } from '../../units/range.ts'
import { DEFAULT_CELLS } from '../../xen/boot-limits.ts'
import { PASSTHROUGH_PROPERTIES } from '../../xen/partial-tree.ts'
import { iommusOf, isHeldBack } from './check-dma.ts'
import type { Host } from './host.ts'
import type { Mapping } from './planned-device.ts'

/** A partial tree of the user's that gives devices. */
export interface OwnTree {
  /** As it was read, with what only Xen reads. */
  readonly partial: PartialTree
  /** Of `device-tree` in the manifest. */
  readonly pointer: string
  /** In the order of its nodes. */
  readonly devices: readonly OwnDevice[]
}

/** A node below `/passthrough` that gives something. */
export interface OwnDevice {
  readonly at: Origin
  /** Of its `xen,path`, where that has a place of its own. */
  readonly atPath: Origin
  /** INTIDs at the guest's controller that the node names. */
  readonly waitsFor: readonly number[]
  /** What `xen,path` names; absent: memory without a device, or the host has no such node (PT-009). */
  readonly host?: OwnHost
  /** Entries of `xen,reg`, as they are; none where it cannot be read (PT-002 to PT-007). */
  readonly mappings: readonly Mapping[]
}

export interface OwnHost {
  readonly place: Place
  /** The interrupt controller that Xen drives. */
  readonly gic?: Place
  readonly interrupts: DeviceInterrupts
  /** INTIDs at the GIC that its own properties name, whatever else they name. */
  readonly routed: readonly number[]
  readonly dma: DeviceDma
  /** Whether Xen is to put it behind an IOMMU: one stands before it, or the tree does not allow to do without (PT-017). */
  readonly isBehindIommu: boolean
}

/** By name of the domain; those without such a tree are left out. */
export function readOwnTrees(
  model: SystemModel,
  facts: Pick<Facts, 'board' | 'kconfig' | 'partialTrees'>,
): ReadonlyMap<string, OwnTree> {
  const guests = model.domains.filter((domain): domain is Guest => domain.boot !== 'dom0')
  const giving = guests.flatMap((domain) => {
    const partial = partialTreeOf(domain, facts)
    const nodes = partial ? givingNodes(partial) : []
    return partial && nodes.length > 0 ? [{ domain, partial, nodes }] : []
  })
  if (giving.length === 0) return new Map()
  const host = { board: facts.board, index: indexTree(facts.board.tree.root), iommus: iommusOf(model, facts) }
  return new Map(
    giving.map(({ domain, partial, nodes }) => {
      const pointer = domain['device-tree']?.pointer ?? domain.pointer
      const devices = nodes.map((own) => deviceOf(own, partial, host))
      return [domain.name, { partial, pointer, devices }]
    }),
  )
}

interface GivingNode {
  readonly node: DtNode
  readonly path: string
  /** Absent: `/passthrough` itself. */
  readonly parent?: DtNode
}

/** Whether Xen takes anything out of the node. */
const gives = (own: DtNode): boolean => PASSTHROUGH_PROPERTIES.some((name) => hasProperty(own, name))

/** Xen compares the name without case. */
function givingNodes({ tree: { root } }: PartialTree): readonly GivingNode[] {
  const tops = root.children.filter(({ name }) => name.toLowerCase() === 'passthrough')
  return tops.flatMap((top) => below(top, `/${top.name}`)).filter(({ node }) => gives(node))
}

function below(node: DtNode, path: string, parent?: DtNode): readonly GivingNode[] {
  const own = { node, path, ...(parent ? { parent } : {}) }
  return [own, ...node.children.flatMap((child) => below(child, `${path}/${child.name}`, node))]
}

/** The machine that devices are taken from. */
function deviceOf({ node, path, parent }: GivingNode, partial: PartialTree, host: Host): OwnDevice {
  const pathProperty = propertyNamed(node, 'xen,path')
  const wanted = stringValue(pathProperty)
  const isForced = hasProperty(node, 'xen,force-assign-without-iommu')
  const place = wanted === undefined ? undefined : placeNamed(host.index, wanted)
  const readsReg = wanted !== undefined || isForced
  const at = node.origin ?? inFile(partial.path, { node: path })
  return {
    at,
    atPath: lineOf(pathProperty?.value[0]?.origin ?? pathProperty?.origin) ?? at,
    waitsFor: interruptsNamedBy(node, partial.tree),
    ...(place ? { host: hostOf(place, host, isForced) } : {}),
    mappings: readsReg ? mappingsIn(node, parent) : [],
  }
}

const lineOf = (origin: Origin | undefined): Origin | undefined =>
  origin?.kind === 'file' && origin.line === undefined ? undefined : origin

/** Full paths are compared without case, and nothing else is looked up (dt_find_node_by_path). */
const placeNamed = ({ places }: TreeIndex, path: string): Place | undefined =>
  places.find((place) => place.path.toLowerCase() === path.toLowerCase())

function hostOf(place: Place, { board: { gic }, index, iommus }: Host, isForced: boolean): OwnHost {
  const dma = dmaOf(index, place)
  const controller = gic && index.at(gic.path)
  const isBehindIommu = isHeldBack(dma, iommus) || !isForced
  const interrupts = deviceInterrupts(index, controller, place)
  const named = interruptsOf(index, place)
  const routed = named.ok ? idsOf(named.value.filter((own) => own.controller === controller)) : []
  return { place, ...(controller ? { gic: controller } : {}), interrupts, routed, dma, isBehindIommu }
}

/** Host address, size, guest address, in as many cells as the parent says, which Xen does not inherit from above. */
function mappingsIn(node: DtNode, parent: DtNode | undefined): readonly Mapping[] {
  const address = parent ? addressCells(parent) : DEFAULT_CELLS.address
  const size = parent ? sizeCells(parent) : DEFAULT_CELLS.size
  const entries = splitCells(node, 'xen,reg', [address, size, address])
  if (!entries.ok) return []
  return entries.value.flatMap(([host = 0n, length = 0n, guest = 0n]) =>
    length === 0n
      ? []
      : [{ host: range(hostPhys(host), bytes(length)), guest: range(guestPhys(guest), bytes(length)) }],
  )
}
