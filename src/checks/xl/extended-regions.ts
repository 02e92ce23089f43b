/** XL: devices in extended regions, where libxl tells a guest that it may map memory of other domains (tools/libs/light/libxl_arm.c: finalize_hypervisor_node). */
import { formatRange } from '../../units/format.ts'
import { type Bytes, bytes, type GuestPhys, MiB, times } from '../../units/quantities.ts'
import { alignedPart, overlaps, type Range, range, subtract } from '../../units/range.ts'
import { GUEST_RAM } from '../../xen/address-map.ts'
import { extendedRegionsKnowDevices } from '../../xen/guest-gaps.ts'
import type { Rule } from '../rule.ts'
import { EXTENDED_ALIGNMENT, extendedRegions, SMALLEST_EXTENDED } from '../xen/extended-regions.ts'
import { readIomem } from './grammar/iomem.ts'
import { entryOf, integerOf, itemsOf, type XlContext, type XlDomainContext } from './xl-context.ts'

/** Extended regions of a guest with so much memory: the rest of each bank of RAM. Unlike Xen, libxl looks neither at Xen's arguments nor at the kernel. */
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

/** Extended regions of the same domain when Xen starts it, about which PT-040 has reported. */
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
