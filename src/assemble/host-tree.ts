/** The board's tree with domforge's additions. Its own `/chosen` keeps all but a ramdisk: console and seeds, and left-overs, which rules report. */
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
 * What domforge adds: a root with `/chosen`, with `/reserved-memory` if anything is reserved, and with the nodes of the board that are given to domains, or
 * that are CPUs to which pools refer, and those that lead to them.
 */
export function additionsTo(plan: SystemPlan): DtNode {
  const reserved = reservedMemoryNode(plan)
  return node('', {
    children: [...(reserved ? [reserved] : []), ...assignedNodes(plan), ...numberedCpus(plan), chosenNode(plan)],
  })
}

/** `tree` with `additions` merged into nodes of the same name. New nodes come after their siblings, or before them, as U-Boot puts them. */
export function completed(tree: DeviceTree, additions: DtNode, order: ChildOrder = 'new-last'): DeviceTree {
  const merged = additions.children.map((added) => {
    const existing = childNamed(tree.root, added.name)
    if (existing && !isOurs(added)) return mergeNode(existing, added)
    return existing ? withOriginOf(extended(withoutRamdisk(existing), added, order), added) : added
  })
  return { ...tree, root: { ...tree.root, children: withChildren(tree.root.children, merged, order) } }
}

/** Whether children that are added to a node are new, and domforge's own. Those of other nodes exist on the board. */
export const isOurs = ({ name }: DtNode): boolean => name === 'chosen' || name === 'reserved-memory'

/** `merged` with the origin of `added`: findings on a node that domforge completes point to what asked for that. */
const withOriginOf = (merged: DtNode, added: DtNode): DtNode =>
  added.origin ? { ...merged, origin: added.origin } : merged
