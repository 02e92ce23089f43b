/** XL: devices in the place where libxl tells a guest that it may map memory of others (tools/libs/light/libxl_arm.c: finalize_hypervisor_node). */
import { formatRange } from '../../units/format.ts'
import { type Bytes, bytes, type GuestPhys, MiB, times } from '../../units/quantities.ts'
import { alignedPart, overlaps, type Range, range, subtract } from '../../units/range.ts'
import { GUEST_RAM } from '../../xen/address-map.ts'
import { extendedRegionsKnowDevices } from '../../xen/guest-gaps.ts'
import type { Rule } from '../rule.ts'
import { EXTENDED_ALIGNMENT, extendedRegions, SMALLEST_EXTENDED } from '../xen/extended-regions.ts'
import { readIomem } from './grammar/iomem.ts'
import { entryOf, integerOf, itemsOf, type XlContext, type XlDomainContext } from './xl-context.ts'

/** What the banks of a guest's RAM have past it, whatever Xen's arguments and the guest's kernel are. */
function offered(memory: Bytes): readonly Range<GuestPhys>[] {
  let left = memory
  const ram = GUEST_RAM.map(({ base, size }) => {
    const own = left < size ? left : size
    left = bytes(left - own)
    return range(base, own)
  })
  return subtract(GUEST_RAM, ram).flatMap((space) => {
    const region = alignedPart(space, EXTENDED_ALIGNMENT)
    return region && region.size >= SMALLEST_EXTENDED ? [region] : []
  })
}

/** Where Xen says the same of the domain's first life, and a rule of Xen's has said so. */
function saidAtBoot({ host }: XlContext, { config }: XlDomainContext): readonly Range<GuestPhys>[] {
  const view = host?.domains.find(({ name }) => name === config.domain)
  return host && view ? extendedRegions(host, view) : []
}

export const extendedRegionRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-074',
    needs: ['XL-041', 'XL-043'],
    check(context, verdict) {
      if (extendedRegionsKnowDevices(context.release)) return
      for (const domain of context.domains) {
        const items = itemsOf(domain, 'iomem')
        if (items.length === 0) continue
        const regions = offered(times(integerOf(entryOf(domain, 'memory')) ?? 0n, MiB))
        const said = saidAtBoot(context, domain)
        for (const { text, at } of items) {
          const pages = readIomem(text)?.guest
          const there = pages && regions.find((region) => overlaps(region, pages))
          if (pages && there && !said.some((region) => overlaps(region, pages)))
            verdict.violated({
              at,
              message: `'iomem' of '${domain.config.domain}' puts a device at ${formatRange(pages)}, and xl ${context.release} tells the guest that ${formatRange(there)} (guest-physical) is free for memory of other domains`,
              help: 'choose a page of the guest below 0x40000, after @, or use Xen 4.21',
              remedy: 'choose an address of the guest below 0x4000_0000, or use Xen 4.21',
            })
        }
      }
    },
  },
]
