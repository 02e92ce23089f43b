/** From numbers to trees, configurations and commands. */
import type { SystemPlan } from '../plan/system-plan.ts'
import type { Assembly } from './assembly.ts'
import { additionsTo, completed } from './host-tree.ts'
import { neededOptions } from './options.ts'
import { bootScript } from './script.ts'
import { xlConfigs } from './xl-config.ts'

/** Puts the output of a plan together. Never fails, and decides nothing that the plan leaves open: rules then check the result. */
export function assemble(plan: SystemPlan): Assembly {
  const additions = additionsTo(plan)
  const isMerged = plan.model.boot['device-tree'] === 'merged'
  const hostTree = completed(plan.board.tree, additions, isMerged ? 'new-last' : 'new-first')
  return {
    plan,
    hostTree,
    additions,
    xl: xlConfigs(plan),
    script: bootScript(plan, hostTree, additions),
    options: neededOptions(plan),
    accepted: [],
  }
}
