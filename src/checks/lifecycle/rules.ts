/** LIF: whether what the manifest wants to happen after the end of a domain can be done. */
import type { SystemPlan } from '../../plan/system-plan.ts'
import type { Rule } from '../rule.ts'
import { detectionRules } from './detection.ts'
import { hookRules } from './hooks.ts'
import { orderRules } from './order.ts'
import { policyRules } from './policies.ts'

export const lifecycleRules: readonly Rule<SystemPlan>[] = [
  ...policyRules,
  ...detectionRules,
  ...orderRules,
  ...hookRules,
]
