/** XL: whether RAM is left for what dom0 creates (tools/libs/light/libxl_create.c; tools/libs/guest/xg_dom_arm.c: meminit). */
import { formatSize } from '../../units/format.ts'
import { type Bytes, bytes, MiB, sum, times } from '../../units/quantities.ts'
import { xlP2mMemory } from '../../xen/domain-limits.ts'
import type { Rule } from '../rule.ts'
import { demand, dom0Memory, heapAfterBoot, wholeMiB } from '../xen/rules/domain-memory.ts'
import { hasDom0 } from '../xen/view/hardware-owner.ts'
import type { XenView } from '../xen/view.ts'
import { entryOf, integerOf, ownerOf, type XlContext, type XlDomainContext } from './xl-context.ts'

/** RAM and page tables, which xl sizes by the most that a domain may have later. What Xen keeps of each domain beside these is not counted. */
function need(domain: XlDomainContext): Bytes {
  const number = (...keys: readonly string[]): bigint | undefined =>
    keys.flatMap((key) => integerOf(entryOf(domain, key)) ?? []).find((value) => value > 0n)
  const memory = times(number('memory') ?? 0n, MiB)
  const most = times(number('maxmem', 'memory') ?? 0n, MiB)
  const shadow = number('shadow_memory')
  const tables =
    shadow === undefined ? xlP2mMemory(most, Number(number('maxvcpus', 'vcpus') ?? 1n)) : times(shadow, MiB)
  return sum([memory, tables])
}

/** What Xen has built by then. */
function takenAtBoot(host: XenView, besides?: string): Bytes {
  const others = host.domains.filter(({ name }) => name !== besides)
  return sum([hasDom0(host) ? dom0Memory(host) : bytes(0), ...others.map(demand)])
}

/** Rounded up: less is not enough. */
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
      // That domains do not even fit at boot is DOM-009's.
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
            message: `${name} takes ${inMiB(need(domain))} of RAM with its page tables, and beside the domains that run at most ${formatSize(wholeMiB(left))} are free`,
            help: 'give it or others less memory; where one of the others has ended by then, accept this with the reason',
          })
      }
    },
  },
]

/** For people; a further life begins when the first has given its memory back. */
const nameAndFirstLife = ({ created, config: { domain } }: XlDomainContext): { name: string; besides?: string } =>
  created === 'again' ? { name: `a further life of '${domain}'`, besides: domain } : { name: `'${domain}'` }

const described = (domain: XlDomainContext): string => `'${domain.config.domain}' ${inMiB(need(domain))}`

const atMemory = (domain: XlDomainContext) => entryOf(domain, 'memory')?.origin ?? ownerOf(domain)
