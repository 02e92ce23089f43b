/** Partial device trees as Xen reads them (common/device-tree/dom0less-build.c: domain_handle_dtb_boot_module, handle_prop_pfdt). */
import { inFile, type Origin } from '../../../diagnostics/diagnostic.ts'
import { bytes, type GuestPhys, guestPhys, type HostPhys, hostPhys } from '../../../units/quantities.ts'
import { type Range, range } from '../../../units/range.ts'
import { DEFAULT_CELLS } from '../../../xen/boot-limits.ts'
import { inMemory } from '../files.ts'
import type { XenView } from '../view.ts'
import type { DomainView } from './domains.ts'
import { firstString, type ReadProperty, readCells, readProperty, readU32 } from './property.ts'
import { type Cells, everyNode, originOfProperty, type ScannedNode, scan } from './scan.ts'

/** The partial tree of a domain. */
export interface PartialTreeView {
  readonly domain: DomainView
  /** As the user wrote the file's path. */
  readonly file: string
  readonly root: ScannedNode
  /** `/passthrough` and all nodes below it, in order. */
  readonly nodes: readonly PassthroughNode[]
}

/** A node of a partial tree. */
export interface PassthroughNode {
  readonly domain: DomainView
  readonly node: ScannedNode
  /** For messages: path of the node, and of the file. */
  readonly where: string
  /** Where findings point if the node's properties have no line of their own. */
  readonly at: Origin
  /** Cells of its entries, as its parent has them; Xen does not inherit them from further up. */
  readonly cells: Cells
  /** Whether the parent has both properties about cells. */
  readonly hasCells: boolean
  /** `xen,reg`. */
  readonly reg?: ReadProperty
  /** Whole entries of `xen,reg`; none if Xen cannot read entries with so many cells. */
  readonly regions: readonly Region[]
  /** Text of `xen,path`. */
  readonly path?: string
  /** The node of the host that `path` names. */
  readonly host?: ScannedNode
  /** Whether it has `xen,force-assign-without-iommu`. */
  readonly force: boolean
}

/** An entry of `xen,reg`: host memory, and the guest addresses at which Xen maps it. Both half-open, and of one size. */
export interface Region {
  readonly host: Range<HostPhys>
  readonly guest: Range<GuestPhys>
}

const known = new WeakMap<XenView, readonly PartialTreeView[]>()

/** Every partial tree that is known; read once, however many rules ask. */
export function partialTreesOf(view: XenView): readonly PartialTreeView[] {
  const trees = known.get(view) ?? readPartialTrees(view)
  known.set(view, trees)
  return trees
}

function readPartialTrees(view: XenView): readonly PartialTreeView[] {
  // Full paths are compared without case; there are no aliases (dt_find_node_by_path).
  const hosts = new Map(everyNode(view.root).map((node) => [node.path.toLowerCase(), node]))
  return view.domains.flatMap((domain) => {
    const loaded = domain.ownTree ?? inMemory(view, domain.partialTree)
    if (!loaded?.tree) return []
    const { path: file, tree } = loaded
    const root = scan(tree.root, inFile(file))
    const passthrough = root.children.filter(({ node }) => node.name.toLowerCase() === 'passthrough')
    const nodes = passthrough.flatMap((top) => everyNode(top))
    return [{ domain, file, root, nodes: nodes.map((node) => readNode(hosts, domain, file, node)) }]
  })
}

function readNode(
  hosts: ReadonlyMap<string, ScannedNode>,
  domain: DomainView,
  file: string,
  node: ScannedNode,
): PassthroughNode {
  const parent = node.parent
  const said = (name: string): number | undefined => (parent?.parent ? readU32(parent.node, name) : undefined)
  const cells = {
    address: said('#address-cells') ?? DEFAULT_CELLS.address,
    size: said('#size-cells') ?? DEFAULT_CELLS.size,
  }
  const reg = readProperty(node.node, 'xen,reg')
  const path = readProperty(node.node, 'xen,path')
  const wanted = path && firstString(path)
  const host = wanted === undefined ? undefined : hosts.get(wanted.toLowerCase())
  return {
    domain,
    node,
    where: `${node.path} in ${file}`,
    at: placeOf(node, file),
    cells,
    hasCells: said('#address-cells') !== undefined && said('#size-cells') !== undefined,
    ...(reg ? { reg } : {}),
    regions: reg ? regionsOf(reg, cells) : [],
    ...(wanted === undefined ? {} : { path: wanted }),
    ...(host ? { host } : {}),
    force: readProperty(node.node, 'xen,force-assign-without-iommu') !== undefined,
  }
}

const hasLine = (origin: Origin): boolean => origin.kind === 'manifest' || origin.line !== undefined

/** Line of the node in a source, or its path in a blob. */
const placeOf = (node: ScannedNode, file: string): Origin =>
  hasLine(node.origin) ? node.origin : inFile(file, { node: node.path })

/** Where a finding on a property points. */
export const atProperty = ({ node, at }: PassthroughNode, name: string): Origin => {
  const origin = originOfProperty(node, name)
  return hasLine(origin) ? origin : at
}

/** Whether the manifest gives the device, and so has a key for its guest address; otherwise a tree of the user's does. */
export const isGiven = (node: PassthroughNode): boolean => atProperty(node, 'xen,reg').kind === 'manifest'

function regionsOf(reg: ReadProperty, { address, size }: Cells): readonly Region[] {
  if (![1, 2].includes(address) || ![1, 2].includes(size)) return []
  const width = (2 * address + size) * 4
  const regions: Region[] = []
  for (let at = 0; at + width <= reg.data.length; at += width) {
    const length = bytes(readCells(reg, at + address * 4, size))
    regions.push({
      host: range(hostPhys(readCells(reg, at, address)), length),
      guest: range(guestPhys(readCells(reg, at + (address + size) * 4, address)), length),
    })
  }
  return regions
}
