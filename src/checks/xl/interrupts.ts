/** XL: the guest's interrupt controller and its interrupts (tools/libs/light/libxl_arm.c: libxl__arch_domain_prepare_config). */
import { MAX_SPIS, VPL011_INTERRUPT } from '../../xen/domain-limits.ts'
import { FIRST_SPI, GIC_COMPAT_REGISTERS } from '../../xen/gic.ts'
import { isAtLeast } from '../../xen/releases.ts'
import { FIRST_INTERRUPT } from '../../xen/virtio-mmio.ts'
import type { Rule } from '../rule.ts'
import { readProperty, readU32 } from '../xen/view/property.ts'
import type { XenView } from '../xen/view.ts'
import { virtioMmioOf } from './devices.ts'
import { hasVuart, interruptsOf } from './host-devices.ts'
import { entryOf, integerOf, itemsOf, textOf, type XlContext, type XlDomainContext } from './xl-context.ts'

/** How many shared interrupts a domain needs, and for what. */
function needed(context: XlContext, domain: XlDomainContext): { readonly count: number; readonly what: string } {
  const devices = virtioMmioOf(context, domain)
  const all = [
    { count: hasVuart(domain) ? 1 : 0, what: 'its virtual PL011' },
    { count: devices > 0 ? FIRST_INTERRUPT + devices - FIRST_SPI : 0, what: 'its virtio devices' },
    ...interruptsOf(domain).map(({ id }) => ({ count: id - FIRST_SPI + 1, what: `interrupt ${id}` })),
  ]
  return all.reduce((most, each) => (each.count > most.count ? each : most), { count: 0, what: '' })
}

/** Whether guests can have a GICv2 on this host's GICv3: the tree has its registers for that (arch/arm/gic-v3.c: gicv3_dt_init). `undefined`: not known. */
function hasV2({ gic }: XenView): boolean | undefined {
  if (gic?.version !== 'v3') return undefined
  const regions = readProperty(gic.node.node, '#redistributor-regions')
    ? readU32(gic.node.node, '#redistributor-regions')
    : 1
  return regions === undefined ? undefined : gic.reg.length >= 1 + regions + GIC_COMPAT_REGISTERS
}

export const interruptRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-014',
    check({ domains, gic, host }, verdict) {
      for (const domain of domains) {
        const entry = entryOf(domain, 'gic_version')
        const wanted = textOf(entry)?.toLowerCase()
        const lacks =
          (gic === 'v2' && wanted === 'v3') || (gic === 'v3' && wanted === 'v2' && host && hasV2(host) === false)
        if (entry && lacks)
          verdict.violated({
            at: entry.origin,
            message: `'${domain.config.domain}' wants a GIC${wanted}, and the host has a GIC${gic}${gic === 'v3' ? ' without the registers of a v2' : ''}`,
            help: 'remove gic_version',
          })
      }
    },
  },
  {
    code: 'XL-019',
    check(context, verdict) {
      // Up to 4.20 libxl takes the greater of nr_spis and its own count.
      if (!isAtLeast(context.release, '4.21')) return
      for (const domain of context.domains) {
        const entry = entryOf(domain, 'nr_spis')
        const given = integerOf(entry)
        const { count, what } = needed(context, domain)
        if (entry && given !== undefined && given < count)
          verdict.violated({
            at: entry.origin,
            message: `'nr_spis' of '${domain.config.domain}' is ${given}, and it needs ${count} for ${what}`,
            help: 'remove nr_spis: xl counts them itself',
            remedy: 'remove nr-spis: xl counts them itself',
          })
      }
    },
  },
  {
    code: 'XL-020',
    check(context, verdict) {
      for (const domain of context.domains) {
        const entry = entryOf(domain, 'nr_spis')
        const given = integerOf(entry)
        if (entry && given !== undefined && given > MAX_SPIS)
          verdict.violated({
            at: entry.origin,
            message: `'nr_spis' of '${domain.config.domain}' is ${given}, and Xen gives at most ${MAX_SPIS}`,
            help: 'remove nr_spis: xl counts them itself',
            remedy: 'remove nr-spis: xl counts them itself',
          })
        for (const { item, id } of interruptsOf(domain))
          if (id >= FIRST_SPI + MAX_SPIS)
            verdict.violated({
              at: item.at,
              message: `'irqs' of '${domain.config.domain}' has ${id}, and Xen gives those below ${FIRST_SPI + MAX_SPIS}`,
              help: 'do not give this device to the domain',
            })
      }
    },
  },
  {
    code: 'XL-021',
    check({ domains }, verdict) {
      for (const domain of domains)
        for (const { text, at } of itemsOf(domain, 'irqs'))
          if (!/^[0-9]{1,9}$/.test(text))
            verdict.violated({
              at,
              message: `'irqs' of '${domain.config.domain}' has '${text}', which is not an interrupt id in decimal`,
              help: 'write the interrupt id in decimal: the number in the device tree plus 32 for an SPI',
            })
    },
  },
  {
    code: 'XL-022',
    check({ domains }, verdict) {
      for (const domain of domains)
        for (const { item, id } of interruptsOf(domain))
          if (hasVuart(domain) && id === VPL011_INTERRUPT)
            verdict.violated({
              at: item.at,
              message: `'irqs' of '${domain.config.domain}' has ${VPL011_INTERRUPT}, which its virtual PL011 uses`,
              help: 'remove the virtual PL011, or this interrupt',
            })
    },
  },
  {
    code: 'XL-023',
    check(context, verdict) {
      for (const domain of context.domains) {
        const devices = virtioMmioOf(context, domain)
        for (const { item, id } of interruptsOf(domain))
          if (id >= FIRST_INTERRUPT && id < FIRST_INTERRUPT + devices)
            verdict.violated({
              at: item.at,
              message: `'irqs' of '${domain.config.domain}' has ${id}, and its virtio devices use ${FIRST_INTERRUPT} to ${FIRST_INTERRUPT + devices - 1}`,
              help: 'give this device to another domain, or use fewer virtio devices',
            })
      }
    },
  },
]
