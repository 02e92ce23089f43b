/** The rules of Xen over what it will read, family by family. */
import type { Report } from '../../diagnostics/diagnostic.ts'
import { runRules } from '../rule.ts'
import type { BootContext } from './boot-context.ts'
import { readAsXen } from './reading.ts'
import { assignedDeviceRules } from './rules/assigned-devices.ts'
import { commandLineRules } from './rules/command-line.ts'
import { deviceInterruptRules } from './rules/device-interrupts.ts'
import { domainBasicRules } from './rules/domain-basics.ts'
import { domainFeatureRules } from './rules/domain-features.ts'
import { domainMemoryRules } from './rules/domain-memory.ts'
import { domainRightRules } from './rules/domain-rights.ts'
import { domainVcpuRules } from './rules/domain-vcpus.ts'
import { hostRules } from './rules/host.ts'
import { kernelRules } from './rules/kernels.ts'
import { machineRules } from './rules/machine.ts'
import { memoryRules } from './rules/memory.ts'
import { moduleUserRules } from './rules/module-users.ts'
import { moduleRules } from './rules/modules.ts'
import { partialTreeRules } from './rules/partial-trees.ts'
import { policyRules } from './rules/policy.ts'
import { strayModuleRules } from './rules/stray-modules.ts'
import { sveRules } from './rules/sve.ts'
import { treeRules } from './rules/tree.ts'

const rules = [
  ...treeRules,
  ...memoryRules,
  ...hostRules,
  ...moduleRules,
  ...moduleUserRules,
  ...domainBasicRules,
  ...domainFeatureRules,
  ...domainRightRules,
  ...domainVcpuRules,
  ...sveRules,
  ...partialTreeRules,
  ...assignedDeviceRules,
  ...deviceInterruptRules,
  ...policyRules,
  ...strayModuleRules,
  ...machineRules,
  ...domainMemoryRules,
  ...kernelRules,
  ...commandLineRules,
]

/** Reports what this Xen, built and started like this, would refuse, lose or overwrite. */
export function checkXen(context: BootContext, report: Report): void {
  runRules(rules, readAsXen(context), report)
}
