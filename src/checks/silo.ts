/** Which domains Xen's SILO module keeps from each other at run time: pages, event channels and messages alike. */
import type { Domain } from '../model/system-model.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { wordsOf } from './xen/view/command-line.ts'
import { selectsSilo } from './xen/view/security-module.ts'

/** Whether it is selected and neither domain may control others (xen/xsm/silo.c: silo_mode_dom_check). */
export const keptApart = ({ model, kconfig }: SystemPlan, first: Domain, second: Domain): boolean =>
  !mayControl(first) &&
  !mayControl(second) &&
  selectsSilo({ commandLine: { words: wordsOf(model.xen.bootargs) }, context: kconfig ? { kconfig } : {} })

/** Dom0 and, from Xen 4.21 on, domains with the capability control. */
const mayControl = (domain: Domain): boolean =>
  domain.boot === 'dom0' || (domain.boot === 'dom0less' && domain.capabilities?.includes('control') === true)

/** What the way around it means, for remedies. */
export const DUMMY_OPENS =
  "xsm=dummy to Xen's arguments, with which any two domains may grant each other pages, set up event channels and send messages, or xsm=flask with a policy"
