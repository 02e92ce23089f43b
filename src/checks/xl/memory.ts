/** XL: whether enough RAM is left for domains that xl creates (tools/libs/light/libxl_create.c; tools/libs/guest/xg_dom_arm.c: meminit). */
import { formatSize } from '../../units/format.ts'
import { type Bytes, bytes, MiB, sum, times } from '../../units/quantities.ts'
import { iomemTables, xlP2mMemory } from '../../xen/domain-limits.ts'
import type { Rule } from '../rule.ts'
import { demand, dom0Memory, heapAfterBoot, wholeMiB } from '../xen/rules/domain-memory.ts'
import { hasDom0 } from '../xen/view/hardware-owner.ts'
import type { XenView } from '../xen/view.ts'
import { readIomem } from './grammar/iomem.ts'
import { entryOf, integerOf, itemsOf, ownerOf, type XlContext, type XlDomainContext } from './xl-context.ts'

/** Number of the first of these keys that has one above 0. */
const numberIn = (domain: XlDomainContext, ...keys: readonly string[]): bigint | undefined =>
  keys.flatMap((key) => integerOf(entryOf(domain, key)) ?? []).find((value) => value > 0n)

/** Memory for a domain's page tables, which xl sizes for the most memory that the domain may ever have. */
function tablesOf(domain: XlDomainContext): Bytes {
  const most = times(numberIn(domain, 'maxmem', 'memory') ?? 0n, MiB)
  const shadow = numberIn(domain, 'shadow_memory')
  return shadow === undefined
    ? xlP2mMemory(most, Number(numberIn(domain, 'maxvcpus', 'vcpus') ?? 1n))
    : times(shadow, MiB)
}

/** RAM and memory for page tables. What else Xen allocates for a domain is not counted. */
const need = (domain: XlDomainContext): Bytes => sum([times(numberIn(domain, 'memory') ?? 0n, MiB), tablesOf(domain)])

/** Memory of the domains that Xen has built, without the one called `besides`. */
function takenAtBoot(host: XenView, besides?: string): Bytes {
  const others = host.domains.filter(({ name }) => name !== besides)
  return sum([hasDom0(host) ? dom0Memory(host) : bytes(0), ...others.map(demand)])
}

/** `size` in MiB, rounded up, so that needs are never understated. */
const inMiB = (size: Bytes): string => formatSize(times((size + MiB - 1n) / MiB, MiB))

const less = (free: Bytes, taken: Bytes): Bytes => bytes(free > taken ? free - taken : 0n)

export const memoryRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-072',
    needs: ['XL-007', 'XL-010'],
    check({ host, domains }, verdict) {
      if (!host || host.ram.length === 0) return
      const free = heapAfterBoot(host)
      const atBoot = takenAtBoot(host)
      const together = domains.filter(({ created }) => created === 'with-others')
      const total = sum([atBoot, ...together.map(need)])
      const [largest] = together.toSorted((one, other) => Number(need(other) - need(one)))
      // DOM-009 reports that domains do not even fit at boot.
      if (atBoot > free) return
      if (largest && total > free)
        return verdict.violated({
          at: atMemory(largest),
          message: `domains that run from the start take ${inMiB(total)} of RAM with their page tables, and at most ${formatSize(wholeMiB(free))} are free: ${[`built at boot ${inMiB(atBoot)}`, ...together.map(described)].join(', ')}`,
          help: 'give domains less memory, or create some of them only when others have ended',
          remedy: "give domains less memory, or create some of them on demand ('start: manual')",
        })
      for (const domain of domains.filter(({ created }) => created !== 'with-others')) {
        const { name, besides } = nameAndFirstLife(domain)
        const left = less(free, sum([takenAtBoot(host, besides), ...together.map(need)]))
        if (need(domain) > left)
          verdict.violated({
            at: atMemory(domain),
            message: `${name} takes ${inMiB(need(domain))} of RAM with its page tables, and besides the running domains at most ${formatSize(wholeMiB(left))} are free`,
            help: 'give it or others less memory; where one of the others has ended by then, accept this with the reason',
          })
      }
    },
  },
  {
    code: 'XL-075',
    needs: ['XL-007', 'XL-010'],
    check({ domains }, verdict) {
      for (const domain of domains) {
        const mapped = itemsOf(domain, 'iomem').flatMap(({ text, at }) => {
          const pages = readIomem(text)?.guest
          return pages ? [{ pages, at }] : []
        })
        const [tables, has] = [iomemTables(mapped.map(({ pages }) => pages)), tablesOf(domain)]
        if (tables < has) continue
        const [largest] = mapped.toSorted((a, b) => Number(b.pages.size - a.pages.size))
        verdict.violated({
          at: entryOf(domain, 'shadow_memory')?.origin ?? largest?.at ?? ownerOf(domain),
          message: `pages that iomem gives '${domain.config.domain}' take ${formatSize(tables)} of page tables besides those of its RAM, and it has ${formatSize(has)} for all`,
          help: "raise 'p2m-mem' to what its RAM and vCPUs need, plus this",
        })
      }
    },
  },
]

/** Name of a domain for messages, and the domain whose memory is free again by then: a domain that is created again has given its own back. */
const nameAndFirstLife = ({ created, config: { domain } }: XlDomainContext): { name: string; besides?: string } =>
  created === 'again' ? { name: `'${domain}', created again,`, besides: domain } : { name: `'${domain}'` }

const described = (domain: XlDomainContext): string => `'${domain.config.domain}' ${inMiB(need(domain))}`

const atMemory = (domain: XlDomainContext) => entryOf(domain, 'memory')?.origin ?? ownerOf(domain)
