/** What domforge adds to `/chosen`: arguments, dom0's modules, and the domains. */
import { node, property, text, wideCells } from '../devicetree/build.ts'
import type { DtNode, DtProperty } from '../devicetree/model.ts'
import { atValue } from '../diagnostics/diagnostic.ts'
import { originOf } from '../model/system-model.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { cellCounts, domainNode } from './domain-node.ts'
import { moduleNodes, policyNodes } from './module-node.ts'
import { owner } from './origins.ts'
import { partitionNodes, poolNode } from './partition-nodes.ts'
import { cellCounts as cellCountsOf } from './reserved-memory.ts'
import { xenArguments } from './xen-arguments.ts'

/** `/chosen` with only that. */
export function chosenNode(plan: SystemPlan): DtNode {
  const { xen } = plan.model
  return node(
    'chosen',
    {
      properties: [...cellCounts(owner(xen)), ...commandLines(plan), ...staticHeap(plan)],
      children: [
        ...(plan.dom0 ? [...moduleNodes(plan.dom0), ...partitionNodes(plan, plan.dom0.domain.name)] : []),
        ...policyNodes(plan),
        ...plan.cpupools.map(poolNode),
        ...plan.dom0less.map((planned) => domainNode(plan, planned)),
      ],
    },
    owner(xen),
  )
}

/** `xen,static-heap`, in the cells of the root, unlike all else in `/chosen` (bootinfo-fdt.c: process_chosen_node). */
function staticHeap({ board, model: { xen }, staticHeap: heap }: SystemPlan): readonly DtProperty[] {
  if (heap.length === 0) return []
  const counts = cellCountsOf(board.tree.root, undefined)
  const origin = originOf(xen, 'static-heap')
  const ranges = heap.flatMap(({ value, ...source }) => {
    const at = source.by === 'manifest' ? atValue(source.at) : origin
    return [wideCells(value.base, counts.address, at), wideCells(value.size, counts.size, at)]
  })
  return [property('xen,static-heap', ranges, origin)]
}

/** Arguments of Xen and of dom0, also if they are empty: without the property Xen or dom0 would take `bootargs`, which U-Boot sets from its environment. */
function commandLines(plan: SystemPlan): readonly DtProperty[] {
  const { xen } = plan.model
  const lines = [line('xen,xen-bootargs', xenArguments(plan), originOf(xen, 'bootargs'))]
  if (plan.dom0) {
    const { kernel } = plan.dom0.domain
    lines.push(line('xen,dom0-bootargs', kernel.bootargs, originOf(kernel, 'bootargs')))
  }
  return lines
}

const line = (name: string, value: string, origin: ReturnType<typeof owner>): DtProperty =>
  property(name, [text(value, origin)], origin)
