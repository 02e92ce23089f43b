/** All rules about configurations of xl. */
import type { Judge } from '../../diagnostics/diagnostic.ts'
import { runRules } from '../rule.ts'
import { backendRules } from './backends.ts'
import { colorRules } from './colors.ts'
import { deviceRules } from './devices.ts'
import { extendedRegionRules } from './extended-regions.ts'
import { hostDeviceRules } from './host-devices.ts'
import { interruptRules } from './interrupts.ts'
import { kernelRules } from './kernels.ts'
import { keyRules } from './keys.ts'
import { memoryRules } from './memory.ts'
import { nameRules } from './names.ts'
import { partialTreeRules } from './partial-trees.ts'
import { performanceMonitorRules } from './performance-monitors.ts'
import { poolRules } from './pools.ts'
import { sciRules } from './sci.ts'
import { streamRules } from './streams.ts'
import { textRules } from './texts.ts'
import { unmappedAccessRules } from './unmapped-accesses.ts'
import { valueRules } from './values.ts'
import type { XlContext } from './xl-context.ts'

const rules = [
  ...nameRules,
  ...keyRules,
  ...partialTreeRules,
  ...valueRules,
  ...textRules,
  ...interruptRules,
  ...deviceRules,
  ...backendRules,
  ...hostDeviceRules,
  ...streamRules,
  ...extendedRegionRules,
  ...poolRules,
  ...sciRules,
  ...performanceMonitorRules,
  ...colorRules,
  ...kernelRules,
  ...memoryRules,
  ...unmappedAccessRules,
]

/** Reports what xl would refuse, ignore or misread in the configurations of `context`. */
export function checkXl(context: XlContext, report: Judge): void {
  runRules(rules, context, report)
}
