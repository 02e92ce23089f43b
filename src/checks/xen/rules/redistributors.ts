/** DOM: virtual CPUs of domains that see the host's GICv3 (arch/arm/vgic-v3.c: vgic_v3_domain_init, vgic_v3_vcpu_init). */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import { MAX_VCPUS } from '../../../xen/domain-limits.ts'
import { VIRTUAL_REDISTRIBUTOR } from '../../../xen/gic.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { hardwareDomains } from '../view/capabilities.ts'
import { lastValue, optionOrigin, parseUnsigned } from '../view/command-line.ts'
import { at } from '../view/domains.ts'
import { hasDom0 } from '../view/hardware-owner.ts'
import { redistributorsOf } from '../view/host.ts'
import type { XenView } from '../view.ts'

interface HostLayout {
  readonly name: string
  readonly vcpus: number
  readonly origin: Origin
}

/** Dom0, where Xen's arguments give it a number of virtual CPUs. By default it has one for each CPU, and the host's redistributors are enough. */
function dom0(view: XenView): readonly HostLayout[] {
  const vcpus = parseUnsigned(lastValue(view.commandLine, 'dom0_max_vcpus') ?? '')
  if (!hasDom0(view) || vcpus === undefined) return []
  const origin = optionOrigin(view.commandLine, view.context.optionOrigins, 'dom0_max_vcpus')
  return [{ name: 'dom0', vcpus: Math.min(Number(vcpus), MAX_VCPUS), origin }]
}

/** Domains whose interrupt controller is at the addresses of the host's (`domain_use_host_layout`). */
function hostLayouts(view: XenView): readonly HostLayout[] {
  const hardware = hardwareDomains(view)
  const direct = view.domains.filter((domain) => domain.directMap || hardware.includes(domain))
  const guests = direct.map((domain) => ({ name: domain.name, vcpus: domain.vcpus ?? 0, origin: at(domain, 'cpus') }))
  return [...dom0(view), ...guests]
}

export const redistributorRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-004',
    needs: ['FDT-023', 'DOM-003'],
    check(view, verdict) {
      const { gic, context } = view
      if (gic?.version !== 'v3') return
      const regions = redistributorsOf(gic)
      const room = regions.reduce((total, { size }) => total + Number(size / VIRTUAL_REDISTRIBUTOR), 0)
      for (const { name, vcpus, origin } of hostLayouts(view))
        if (vcpus > room)
          verdict.violated({
            at: origin,
            message: `'${name}' has ${vcpus} vCPUs and sees the interrupt controller where the host has it, and ${gic.node.path} has redistributors for ${room}`,
            ...(isAtLeast(context.release, '4.20') ? {} : { effect: 'Xen would start the domain with fewer vCPUs' }),
            help: `give the domain at most ${room} vCPU${room === 1 ? '' : 's'}`,
          })
    },
  },
]
