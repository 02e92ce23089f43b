/** Xen's command line: the user's, with what the manifest's keys for colours, for dom0 and for a guest's control of clocks mean. */
import { controlsFirmware } from '../plan/passthrough/read-scmi.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { Bytes } from '../units/quantities.ts'
import { isAligned, KiB, MiB, wholeUnits } from '../units/quantities.ts'

/** Options of colouring and of dom0 come last. The user's text stays as it is, blanks included. */
export function xenArguments(plan: SystemPlan): string {
  const given = plan.model.xen.bootargs
  const ours = [...sciOptions(plan), ...coloringOptions(plan), ...dom0Options(plan)]
  return [...(given === '' ? [] : [given]), ...ours].join(' ')
}

/** Without it dom0 alone may call the firmware (arch/arm/firmware/scmi-smc.c: scmi_smc_domain_init). */
function sciOptions({ model, dom0less, xl }: SystemPlan): readonly string[] {
  const isForGuest = [...dom0less, ...xl].some(({ domain, devices }) => controlsFirmware(domain, devices))
  return isForGuest && !/(?:^|\s)scmi-smc-passthrough(?:[=\s]|$)/.test(model.xen.bootargs)
    ? ['scmi-smc-passthrough']
    : []
}

function dom0Options({ dom0 }: SystemPlan): readonly string[] {
  if (!dom0) return []
  const { memory, vcpus, sve } = dom0.domain
  const size = [`dom0_mem=${optionSize(memory)}`, ...(vcpus === 'all' ? [] : [`dom0_max_vcpus=${vcpus}`])]
  return sve === undefined ? size : [...size, `dom0=sve=${sve === 'hw' ? LONGEST_SVE : sve}`]
}

/** docs/misc/cache-coloring.rst; Xen ignores them before 4.20. */
function coloringOptions({ model: { xen }, coloring }: SystemPlan): readonly string[] {
  const written = xen['cache-coloring']
  if (!written || !coloring) return []
  const { 'llc-size': size, 'llc-nr-ways': ways, 'buddy-alloc-size': buddy } = written
  return [
    'llc-coloring=on',
    ...(size === undefined ? [] : [`llc-size=${optionSize(size)}`]),
    ...(ways === undefined ? [] : [`llc-nr-ways=${ways}`]),
    ...(coloring.xen ? [`xen-llc-colors=${coloring.xen.value}`] : []),
    ...(coloring.dom0 ? [`dom0-llc-colors=${coloring.dom0.value}`] : []),
    ...(buddy === undefined ? [] : [`buddy-alloc-size=${optionSize(buddy)}`]),
  ]
}

/** A negative length means the longest of the machine (arch/arm/arm64/sve.c: sve_domctl_vl_param). */
const LONGEST_SVE = -1

/** As Xen's `parse_size_and_unit` reads it (xen/common/lib.c): without a suffix it would mean KiB. */
function optionSize(size: Bytes): string {
  if (isAligned(size, MiB)) return `${wholeUnits(size, MiB)}M`
  return isAligned(size, KiB) ? `${wholeUnits(size, KiB)}K` : `${size}B`
}
