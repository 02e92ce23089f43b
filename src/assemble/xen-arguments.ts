/** Xen's command line: the user's, with what dom0's entry in the manifest means. */
import type { SystemPlan } from '../plan/system-plan.ts'
import type { Bytes } from '../units/quantities.ts'
import { isAligned, KiB, MiB, wholeUnits } from '../units/quantities.ts'

/** Dom0's options come last. The user's text stays as it is, blanks included. */
export function xenArguments(plan: SystemPlan): string {
  const given = plan.model.xen.bootargs
  if (!plan.dom0) return given
  const { memory, vcpus, sve } = plan.dom0.domain
  const size = `dom0_mem=${optionSize(memory)} dom0_max_vcpus=${vcpus}`
  const ours = sve === undefined ? size : `${size} dom0=sve=${sve === 'hw' ? LONGEST_SVE : sve}`
  return given === '' ? ours : `${given} ${ours}`
}

/** A negative length means the longest of the machine (arch/arm/arm64/sve.c: sve_domctl_vl_param). */
const LONGEST_SVE = -1

/** As Xen's `parse_size_and_unit` reads it (xen/common/lib.c): without a suffix it would mean KiB. */
function optionSize(size: Bytes): string {
  if (isAligned(size, MiB)) return `${wholeUnits(size, MiB)}M`
  return isAligned(size, KiB) ? `${wholeUnits(size, KiB)}K` : `${size}B`
}
