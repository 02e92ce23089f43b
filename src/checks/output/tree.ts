/** Whether the finished tree can be encoded, and means the same merged and as an overlay. */
import type { Assembly } from '../../assemble/assembly.ts'
import { flattened } from '../../assemble/flattened.ts'
import { leftOverRamdisk } from '../../assemble/left-over-ramdisk.ts'
import { canHold, cellCounts, reservedAreas } from '../../assemble/reserved-memory.ts'
import { childNamed, hasProperty } from '../../devicetree/model.ts'
import { u32OrU64 } from '../../devicetree/readings/values.ts'
import { atKey, atValue } from '../../diagnostics/diagnostic.ts'
import { formatRange, hex } from '../../units/format.ts'
import { CELLS } from '../../xen/bindings.ts'
import type { Verdict } from '../rule.ts'

/** Checks that the tree's cells can hold the addresses of all reserved memory. */
export function representable({ plan }: Assembly, verdict: Verdict): void {
  for (const area of reservedAreas(plan)) {
    if (canHold(plan.board.tree.root, area)) continue
    verdict.violated({
      at: atKey(area.pointer),
      message: `'${area.name}' ${formatRange(area.range)} does not fit: the tree gives addresses or sizes in 32 bits`,
      help: 'give a range below 4 GiB, or use a tree whose root has #address-cells and #size-cells of 2',
    })
  }
}

/** Checks that the board's `/chosen` has no node with the name of one that domforge adds. */
export function noNamesakes({ plan, additions }: Assembly, verdict: Verdict): void {
  const host = childNamed(plan.board.tree.root, 'chosen')
  const added = childNamed(additions, 'chosen')
  if (!host || !added) return
  for (const child of added.children) {
    if (!childNamed(host, child.name)) continue
    verdict.violated({
      at: child.origin ?? atValue(plan.model.platform['device-tree'].pointer),
      message: `the board's tree already has a node /chosen/${child.name}`,
      help: `remove /chosen/${child.name} from ${plan.model.platform['device-tree'].path}`,
    })
  }
}

/** Checks that `reg` of the board's own nodes in `/chosen` does not change its meaning: domforge sets the cells there to those of Xen's modules. */
export function sameCells({ plan }: Assembly, verdict: Verdict): void {
  const { root } = plan.board.tree
  const host = childNamed(root, 'chosen')
  const cells = host && cellCounts(root, host)
  if (!cells || (cells.address === CELLS && cells.size === CELLS)) return
  for (const child of host.children.filter((node) => hasProperty(node, 'reg'))) {
    verdict.violated({
      at: child.origin ?? atValue(plan.model.platform['device-tree'].pointer),
      message: `reg of /chosen/${child.name} is written in ${cells.address} and ${cells.size} cells, but /chosen gets ${CELLS} and ${CELLS}`,
      help: `remove /chosen/${child.name} from ${plan.model.platform['device-tree'].path}, or write its reg with two cells each`,
    })
  }
}

/** Reports a ramdisk of an earlier boot. The message shows start and end as they are, also if they make no sense: they are removed all the same. */
export function noLeftOverRamdisk({ plan }: Assembly, verdict: Verdict): void {
  const properties = leftOverRamdisk(plan.board.tree.root)
  if (properties.length === 0) return
  const { path, pointer } = plan.model.platform['device-tree']
  const values = properties.map((property) => {
    const value = u32OrU64(property)
    return value === undefined ? property.name : `${property.name} ${hex(value)}`
  })
  verdict.violated({
    at: atValue(pointer),
    message: `${path} says in /chosen where an earlier boot had a ramdisk (${values.join(', ')}): left out of the tree for Xen`,
    help: `remove ${properties.map(({ name }) => name).join(' and ')} from ${path}`,
  })
}

/** Checks that the tree can be written as a blob. */
export function encodable({ plan, hostTree }: Assembly, verdict: Verdict): void {
  const blob = flattened(hostTree)
  if (blob.ok) return
  for (const problem of blob.problems) {
    verdict.violated({
      at: problem.at ?? atValue(plan.model.platform['device-tree'].pointer),
      message: problem.message,
      help: problem.help ?? 'correct the named place in the manifest or in the tree that it comes from',
    })
  }
}
