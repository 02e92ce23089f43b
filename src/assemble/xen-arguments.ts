/** Xen's command line: the user's, with what dom0's entry in the manifest means. */
import type { SystemPlan } from '../plan/system-plan.ts'
import type { Bytes } from '../units/quantities.ts'
import { isAligned, KiB, MiB, wholeUnits } from '../units/quantities.ts'

/** Dom0's options come last. The user's text stays as it is, blanks included. */
export function xenArguments(plan: SystemPlan): string {
  const given = plan.model.xen.bootargs
  if (!plan.dom0) return given
  const { memory, vcpus } = plan.dom0.domain
  const ours = `dom0_mem=${optionSize(memory)} dom0_max_vcpus=${vcpus}`
  return given === '' ? ours : `${given} ${ours}`
}

/** As Xen's `parse_size_and_unit` reads it (xen/common/lib.c): without a suffix it would mean KiB. */
function optionSize(size: Bytes): string {
  if (isAligned(size, MiB)) return `${wholeUnits(size, MiB)}M`
  return isAligned(size, KiB) ? `${wholeUnits(size, KiB)}K` : `${size}B`
}
