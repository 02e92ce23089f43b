/** All rules about what Xen reads, family by family. */
import type { Judge } from '../../diagnostics/diagnostic.ts'
import { runRules } from '../rule.ts'
import type { BootContext } from './boot-context.ts'
import { withEffectsIn } from './effects.ts'
import { assignedDeviceRules } from './rules/assigned-devices.ts'
import { assignedRegisterRules } from './rules/assigned-registers.ts'
import { cacheColoringRules } from './rules/cache-coloring.ts'
import { commandLineRules } from './rules/command-line.ts'
import { cpupoolRules } from './rules/cpupools.ts'
import { deviceInterruptRules } from './rules/device-interrupts.ts'
import { deviceStreamRules } from './rules/device-streams.ts'
import { directMapRules } from './rules/direct-map.ts'
import { dom0TreeRules } from './rules/dom0-tree.ts'
import { domainBasicRules } from './rules/domain-basics.ts'
import { domainColorRules } from './rules/domain-colors.ts'
import { domainFeatureRules } from './rules/domain-features.ts'
import { domainIommuRules } from './rules/domain-iommu.ts'
import { domainMemoryRules } from './rules/domain-memory.ts'
import { domainRightRules } from './rules/domain-rights.ts'
import { domainVcpuRules } from './rules/domain-vcpus.ts'
import { efiModuleRules } from './rules/efi-modules.ts'
import { eventChannelRules } from './rules/event-channels.ts'
import { falseRamRules } from './rules/false-ram.ts'
import { guestRegisterRules } from './rules/guest-registers.ts'
import { hardwareMemoryRules } from './rules/hardware-memory.ts'
import { hostRules } from './rules/host.ts'
import { kernelContentRules } from './rules/kernel-contents.ts'
import { kernelRules } from './rules/kernels.ts'
import { machineRules } from './rules/machine.ts'
import { memoryRules } from './rules/memory.ts'
import { memorySystemRules } from './rules/memory-system.ts'
import { moduleUserRules } from './rules/module-users.ts'
import { moduleRules } from './rules/modules.ts'
import { ownerDeviceRules } from './rules/owner-devices.ts'
import { partialTreeRules } from './rules/partial-trees.ts'
import { policyRules } from './rules/policy.ts'
import { redistributorRules } from './rules/redistributors.ts'
import { sciRules } from './rules/sci.ts'
import { scrubbingRules } from './rules/scrubbing.ts'
import { sharedMemoryRules } from './rules/shared-memory.ts'
import { sharedPlaceRules } from './rules/shared-places.ts'
import { sharedRegionRules } from './rules/shared-regions.ts'
import { staticHeapRules } from './rules/static-heap.ts'
import { staticMemoryRules } from './rules/static-memory.ts'
import { strayModuleRules } from './rules/stray-modules.ts'
import { sveRules } from './rules/sve.ts'
import { textRules } from './rules/texts.ts'
import { timerRules } from './rules/timer.ts'
import { treeRules } from './rules/tree.ts'
import { unmappedAccessRules } from './rules/unmapped-accesses.ts'
import { readAsXen, type XenView } from './view.ts'

const rules = [
  ...treeRules,
  ...textRules,
  ...memoryRules,
  ...falseRamRules,
  ...hostRules,
  ...timerRules,
  ...moduleRules,
  ...efiModuleRules,
  ...moduleUserRules,
  ...domainBasicRules,
  ...domainFeatureRules,
  ...unmappedAccessRules,
  ...domainRightRules,
  ...domainIommuRules,
  ...sciRules,
  ...domainVcpuRules,
  ...redistributorRules,
  ...sveRules,
  ...memorySystemRules,
  ...partialTreeRules,
  ...assignedDeviceRules,
  ...assignedRegisterRules,
  ...deviceInterruptRules,
  ...deviceStreamRules,
  ...ownerDeviceRules,
  ...guestRegisterRules,
  ...policyRules,
  ...strayModuleRules,
  ...staticHeapRules,
  ...staticMemoryRules,
  ...directMapRules,
  ...sharedMemoryRules,
  ...sharedRegionRules,
  ...sharedPlaceRules,
  ...eventChannelRules,
  ...cpupoolRules,
  ...machineRules,
  ...domainMemoryRules,
  ...dom0TreeRules,
  ...hardwareMemoryRules,
  ...cacheColoringRules,
  ...domainColorRules,
  ...scrubbingRules,
  ...kernelRules,
  ...kernelContentRules,
  ...commandLineRules,
]

/** Reports what the Xen of `context` would refuse, lose or overwrite. */
export const checkXen = (context: BootContext, report: Judge): void => checkView(readAsXen(context), report)

/** The same for a context that has been read already. */
export const checkView = (view: XenView, report: Judge): void =>
  runRules(rules, view, withEffectsIn(view.context.release, report))
