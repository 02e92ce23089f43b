/** What domforge adds to `/chosen`: arguments, dom0's modules, the domains. */
import { node, property, text } from '../devicetree/build.ts'
import type { DtNode, DtProperty } from '../devicetree/model.ts'
import { originOf } from '../model/system-model.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { cellCounts, domainNode } from './domain-node.ts'
import { moduleNodes, policyNodes } from './module-node.ts'
import { owner } from './origins.ts'
import { xenArguments } from './xen-arguments.ts'

export function chosenNode(plan: SystemPlan): DtNode {
  const { xen } = plan.model
  return node(
    'chosen',
    {
      properties: [...cellCounts(owner(xen)), ...commandLines(plan)],
      children: [...(plan.dom0 ? moduleNodes(plan.dom0) : []), ...policyNodes(plan), ...plan.dom0less.map(domainNode)],
    },
    owner(xen),
  )
}

/** Written even when empty: an absent one would let Xen or dom0 take `bootargs`, which U-Boot fills from its environment. */
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
