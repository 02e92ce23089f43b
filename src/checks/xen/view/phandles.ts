/** Nodes by their phandles (common/device-tree/device-tree.c: dt_find_node_by_phandle). */
import { readU32 } from './property.ts'
import { everyNode, type ScannedNode } from './scan.ts'

const known = new WeakMap<ScannedNode, ReadonlyMap<number, ScannedNode>>()

/** The first node with that phandle, in tree order, as Xen finds it. */
export function nodeWithPhandle(root: ScannedNode, phandle: number): ScannedNode | undefined {
  const nodes = known.get(root) ?? byPhandle(root)
  known.set(root, nodes)
  return nodes.get(phandle)
}

const phandleOf = ({ node }: ScannedNode): number | undefined =>
  readU32(node, 'phandle') ?? readU32(node, 'linux,phandle')

function byPhandle(root: ScannedNode): ReadonlyMap<number, ScannedNode> {
  const nodes = new Map<number, ScannedNode>()
  for (const node of everyNode(root)) {
    const phandle = phandleOf(node)
    if (phandle !== undefined && !nodes.has(phandle)) nodes.set(phandle, node)
  }
  return nodes
}
