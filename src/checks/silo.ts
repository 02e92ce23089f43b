/** Domains that Xen's security module SILO keeps apart: they can grant each other no pages, and have no event channels or messages of Argo between them. */
import type { Domain } from '../model/system-model.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { wordsOf } from '../xen/command-words.ts'
import { selectsSilo } from './xen/view/security-module.ts'

/** Whether SILO is selected and neither of the domains may control others (xen/xsm/silo.c: silo_mode_dom_check). */
export const keptApart = ({ model, kconfig }: SystemPlan, first: Domain, second: Domain): boolean =>
  !mayControl(first) &&
  !mayControl(second) &&
  selectsSilo({ commandLine: { words: wordsOf(model.xen.bootargs) }, context: kconfig ? { kconfig } : {} })

/** Whether a domain is dom0 or, from Xen 4.21 on, has the capability control. */
const mayControl = (domain: Domain): boolean =>
  domain.boot === 'dom0' || (domain.boot === 'dom0less' && domain.capabilities?.includes('control') === true)

/** What to add to Xen's arguments instead, and what that permits, for remedies. */
export const DUMMY_OPENS =
  "xsm=dummy to Xen's arguments, with which any two domains may grant each other pages, set up event channels and send messages, or xsm=flask with a policy"
