/** Phandles of nodes that others refer to. */
import { type DtNode, walk } from '../../devicetree/model.ts'
import { phandleOfNode } from '../../devicetree/readings/node.ts'

/** New phandles of a tree that U-Boot has in memory begin here: the numbers in it may differ from those of its file. */
const BEYOND_OTHERS = 0x1000_0000

/** Numbers that no node below `root` has, ascending from above the largest; `isKnown`: the tree that Xen gets has the same ones. */
export function phandleSource(root: DtNode, isKnown: boolean): () => number {
  let last: number | undefined
  return () => {
    last ??= Math.max(isKnown ? 0 : BEYOND_OTHERS, largestPhandle(root))
    last += 1
    return last
  }
}

function largestPhandle(root: DtNode): number {
  let largest = 0
  for (const { node } of walk(root)) largest = Math.max(largest, phandleOfNode(node) ?? 0)
  return largest
}
