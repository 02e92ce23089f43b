/** The board's tree with domforge's additions. What the board's own `/chosen` says stays, but for a ramdisk: console, seeds, and left-overs, which rules judge. */
import { node } from '../devicetree/build.ts'
import { mergeNode } from '../devicetree/edit.ts'
import { childNamed, type DeviceTree, type DtNode } from '../devicetree/model.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { assignedNodes } from './assigned-nodes.ts'
import { chosenNode } from './chosen.ts'
import { withoutRamdisk } from './left-over-ramdisk.ts'
import { type ChildOrder, extended, withChildren } from './merge-tree.ts'
import { numberedCpus } from './partition-nodes.ts'
import { reservedMemoryNode } from './reserved-memory.ts'

/**
 * Only what domforge adds: a root with `/chosen`, when something is reserved with `/reserved-memory`, and with the way to every node of the board
 * that is given to a domain, and to every CPU that a pool refers to.
 */
export function additionsTo(plan: SystemPlan): DtNode {
  const reserved = reservedMemoryNode(plan)
  return node('', {
    children: [...(reserved ? [reserved] : []), ...assignedNodes(plan), ...numberedCpus(plan), chosenNode(plan)],
  })
}

/** `tree` with `additions` merged into the nodes of the same name; among their siblings new nodes come last, or first as U-Boot puts them. */
export function completed(tree: DeviceTree, additions: DtNode, order: ChildOrder = 'new-last'): DeviceTree {
  const merged = additions.children.map((added) => {
    const existing = childNamed(tree.root, added.name)
    if (existing && !isOurs(added)) return mergeNode(existing, added)
    return existing ? withOriginOf(extended(withoutRamdisk(existing), added, order), added) : added
  })
  return { ...tree, root: { ...tree.root, children: withChildren(tree.root.children, merged, order) } }
}

/** Nodes whose children are domforge's own, each of them new; all others are the board's. */
export const isOurs = ({ name }: DtNode): boolean => name === 'chosen' || name === 'reserved-memory'

/** Findings on a node that domforge completes belong to what asked for it. */
const withOriginOf = (merged: DtNode, added: DtNode): DtNode =>
  added.origin ? { ...merged, origin: added.origin } : merged
