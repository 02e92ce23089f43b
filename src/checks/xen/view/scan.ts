/** Xen's walk over the flattened tree (bootfdt.c: device_tree_for_each_node): depth and inherited cells of every node. */
import type { DtNode } from '../../../devicetree/model.ts'
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import { DEFAULT_CELLS } from '../../../xen/boot-limits.ts'
import { originAt, type ReadProperty, readProperty, readU32, stringList } from './property.ts'

/** How many cells an address and a size take. */
export interface Cells {
  readonly address: number
  readonly size: number
}

/** A node, and what its place in the tree gives it. */
export interface ScannedNode {
  readonly node: DtNode
  readonly path: string
  /** The root's is 0. */
  readonly depth: number
  /** The root has none. */
  readonly parent: ScannedNode | undefined
  readonly children: readonly ScannedNode[]
  /** Cells of this node's own `reg`: those that its parent gives or inherits. */
  readonly cells: Cells
  /** Cells of its children's `reg`. */
  readonly childCells: Cells
  /** Origin of the node, or of the nearest node above that has one. */
  readonly origin: Origin
}

/** The tree below `root`. `fallback`: the origin of nodes that neither have nor inherit one. */
export const scan = (root: DtNode, fallback: Origin): ScannedNode =>
  scanNode(root, { path: '', depth: 0, parent: undefined, cells: DEFAULT_CELLS, origin: fallback })

type Place = Pick<ScannedNode, 'path' | 'depth' | 'parent' | 'cells' | 'origin'>

function scanNode(node: DtNode, { path, depth, parent, cells, origin: above }: Place): ScannedNode {
  const children: ScannedNode[] = []
  const childCells = {
    address: readU32(node, '#address-cells') ?? cells.address,
    size: readU32(node, '#size-cells') ?? cells.size,
  }
  const origin = node.origin ?? above
  const scanned = { node, path: path || '/', depth, parent, children, cells, childCells, origin }
  for (const child of node.children) {
    const below = { path: `${path}/${child.name}`, depth: depth + 1, parent: scanned, cells: childCells, origin }
    children.push(scanNode(child, below))
  }
  return scanned
}

/** Lists of whole trees: many rules go through them. */
const lists = new WeakMap<ScannedNode, readonly ScannedNode[]>()

/** The node and all below it, in the order of the flattened tree. */
export function everyNode(from: ScannedNode): readonly ScannedNode[] {
  const known = lists.get(from)
  if (known) return known
  const list: ScannedNode[] = []
  const add = (node: ScannedNode): void => {
    list.push(node)
    node.children.forEach(add)
  }
  add(from)
  if (!from.parent) lists.set(from, list)
  return list
}

/** The node at a full path. Case does not count, as in Xen (dt_find_node_by_path). */
export function findNode(root: ScannedNode, path: string): ScannedNode | undefined {
  let node: ScannedNode | undefined = root
  for (const name of path.split('/').filter(Boolean))
    node = node?.children.find((child) => isSameText(child.node.name, name))
  return node
}

/** Compares names of nodes, types of devices and entries of `compatible` as Xen does, without case (device_tree.h: dt_node_cmp, dt_compat_cmp). */
export const isSameText = (a: string, b: string): boolean =>
  a.length === b.length && (a === b || a.toLowerCase() === b.toLowerCase())

/** Whether `compatible` lists `text`. */
export function isCompatible(node: ScannedNode, text: string): boolean {
  for (const one of stringList(readProperty(node.node, 'compatible'))) if (isSameText(one, text)) return true
  return false
}

/** Whether a node is called `name` or `name@…`, as Xen's early scan compares names. */
export const isNamed = (node: ScannedNode, name: string): boolean =>
  node.node.name === name || node.node.name.startsWith(`${name}@`)

/** Whether a node has no `status`, or one that says okay (device_tree_node_is_available). */
export function isAvailable(node: ScannedNode): boolean {
  const [status] = stringList(readProperty(node.node, 'status'))
  return status === undefined ? !readProperty(node.node, 'status') : status === 'okay' || status === 'ok'
}

/** Where a finding on a property points: the part at byte `at`, the property, else the node. */
export function originOfProperty(node: ScannedNode, name: string, at = 0): Origin {
  const property: ReadProperty | undefined = readProperty(node.node, name)
  return (property && originAt(property, at)) ?? node.origin
}
