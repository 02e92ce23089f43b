/** Xen's command line: the user's, and options for keys of the manifest about colours, dom0, and SCMI in guests. */
import { controlsFirmware } from '../plan/passthrough/read-scmi.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { Bytes } from '../units/quantities.ts'
import { isAligned, KiB, MiB, wholeUnits } from '../units/quantities.ts'

/** The command line. The user's text comes first, as it is, blanks included. */
export function xenArguments(plan: SystemPlan): string {
  const given = plan.model.xen.bootargs
  const ours = [...sciOptions(plan), ...coloringOptions(plan), ...dom0Options(plan)]
  return [...(given === '' ? [] : [given]), ...ours].join(' ')
}

/** The option without which only dom0 may call the SCMI firmware (arch/arm/firmware/scmi-smc.c: scmi_smc_domain_init). */
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

/** Options of cache colouring (docs/misc/cache-coloring.rst), which Xen ignores before 4.20. */
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

/** Length for the longest vectors of the machine: any negative number (arch/arm/arm64/sve.c: sve_domctl_vl_param). */
const LONGEST_SVE = -1

/** A size for Xen's `parse_size_and_unit` (xen/common/lib.c), which reads a number without a unit as KiB. */
function optionSize(size: Bytes): string {
  if (isAligned(size, MiB)) return `${wholeUnits(size, MiB)}M`
  return isAligned(size, KiB) ? `${wholeUnits(size, KiB)}K` : `${size}B`
}
