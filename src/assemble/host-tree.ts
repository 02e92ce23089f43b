/** The board's tree with domforge's additions. What the board's own `/chosen` says stays: console, seeds, and left-overs, which rules judge. */
import { node } from '../devicetree/build.ts'
import { childNamed, type DeviceTree, type DtNode } from '../devicetree/model.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { chosenNode } from './chosen.ts'
import { extended, withChildren } from './merge-tree.ts'
import { reservedMemoryNode } from './reserved-memory.ts'

/** Only what domforge adds: a root with `/chosen` and, when something is reserved, `/reserved-memory`. */
export function additionsTo(plan: SystemPlan): DtNode {
  const reserved = reservedMemoryNode(plan.model.platform, plan.board.tree.root)
  return node('', { children: [...(reserved ? [reserved] : []), chosenNode(plan)] })
}

/** `tree` with `additions` merged into the nodes of the same name, new nodes last. */
export function completed(tree: DeviceTree, additions: DtNode): DeviceTree {
  const merged = additions.children.map((added) => {
    const existing = childNamed(tree.root, added.name)
    return existing ? withOriginOf(extended(existing, added), added) : added
  })
  return { ...tree, root: { ...tree.root, children: withChildren(tree.root.children, merged) } }
}

/** Findings on a node that domforge completes belong to whoever asked for it. */
const withOriginOf = (merged: DtNode, added: DtNode): DtNode =>
  added.origin ? { ...merged, origin: added.origin } : merged
