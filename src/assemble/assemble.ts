/** From numbers to trees, configurations and commands. Total: takes every plan, and decides nothing that the plan left open. */
import type { SystemPlan } from '../plan/system-plan.ts'
import type { Assembly } from './assembly.ts'
import { additionsTo, completed } from './host-tree.ts'
import { neededOptions } from './options.ts'
import { bootScript } from './script.ts'
import { xlConfigs } from './xl-config.ts'

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
