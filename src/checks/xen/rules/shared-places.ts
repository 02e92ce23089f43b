/** SHM: addresses of regions in the host and in each guest, and what else is there (static-shmem.c: process_shm). */
import { lookup } from '../../../model/lookup.ts'
import { formatRange, hex } from '../../../units/format.ts'
import { end, overlaps, range, subtract } from '../../../units/range.ts'
import { extendedRegionsKeepClear } from '../../../xen/guest-gaps.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import { MAX_SHM_REGIONS, SHM_BANKS_SINCE, SMALLEST_GUEST_SPACE } from '../../../xen/static-limits.ts'
import type { Rule } from '../../rule.ts'
import { extendedRegions } from '../extended-regions.ts'
import { guestRegions } from '../guest-view.ts'
import { overlapOf } from '../overlooked.ts'
import { domainNamed } from '../view/domains.ts'
import { type PartialTreeView, partialTreesOf } from '../view/passthrough.ts'
import { hostRange, nodesOf, regionsOf, type ShmView, whose } from '../view/shared-memory.ts'
import type { XenView } from '../view.ts'
import { atGuest, atPlace } from './shared-memory.ts'

const treesOf = lookup(({ domain }: PartialTreeView) => [domain])

const isDirect = ({ domains }: XenView, { domain }: ShmView): boolean =>
  domain === undefined || (domainNamed(domains, domain)?.directMap ?? false)

export const sharedPlaceRules: readonly Rule<XenView>[] = [
  {
    code: 'SHM-017',
    check(view, verdict) {
      const regions = [...regionsOf(view.shm).values()].flatMap(([first]) => first ?? [])
      const before = new Map<string, ShmView>()
      for (const region of regions) {
        const own = hostRange(region)
        const same = own && before.get(formatRange(own))
        if (own) before.set(formatRange(own), same ?? region)
        if (own && same)
          verdict.violated({
            at: atPlace(region),
            message: `${whose(region)} and ${whose(same)} are the same memory, ${formatRange(own)} (host-physical), with two ids`,
            related: [{ at: atPlace(same), message: `${whose(same)} is here` }],
            help: 'use one id, or different memory',
          })
      }
    },
  },
  {
    code: 'SHM-018',
    needs: ['SHM-017'],
    check({ reservedConflicts, context }, verdict) {
      for (const { entry, with: other } of reservedConflicts)
        if (entry.kind === 'shared memory')
          verdict.violated({
            ...overlapOf(entry, other, context.release),
            help: 'move one of them to a free range',
            remedy: "move one of them; with 'host-address: auto' domforge finds a free range",
          })
    },
  },
  {
    code: 'SHM-021',
    needs: ['SHM-014'],
    check(view, verdict) {
      const ram = view.ram.map((bank) => bank.range)
      if (ram.length === 0) return
      for (const [, [first]] of regionsOf(view.shm)) {
        const own = first && hostRange(first)
        if (first && own && subtract([own], ram).length > 0)
          verdict.violated({
            at: atPlace(first),
            message: `${whose(first)} ${formatRange(own)} is not entirely RAM (host-physical)`,
            help: `the host has RAM at ${ram.map(formatRange).join(', ')}`,
          })
      }
    },
  },
  {
    code: 'SHM-022',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, SHM_BANKS_SINCE)) return
      for (const shm of view.shm)
        if (shm.place?.host !== undefined && isDirect(view, shm) && BigInt(shm.place.host) !== BigInt(shm.place.guest))
          verdict.violated({
            at: atGuest(shm),
            message: `${whose(shm)} is at ${hex(shm.place.host)}, and the domain is direct-mapped but would see it at ${hex(shm.place.guest)}`,
            help: "give the host's address as the guest's",
            remedy: "leave guest-address out: 'auto' is the host's address here",
          })
    },
  },
  {
    code: 'SHM-023',
    needs: ['SHM-009', 'SHM-016'],
    check(view, verdict) {
      for (const shm of view.shm)
        if (shm.place && shm.place.host === undefined && isDirect(view, shm))
          verdict.violated({
            at: atPlace(shm),
            message: `${whose(shm)} leaves the host's address to Xen, and the domain is direct-mapped`,
            help: 'give the host address',
          })
    },
  },
  {
    code: 'SHM-028',
    check(view, verdict) {
      const heap = [...regionsOf(view.shm).values()].flatMap(([first]) =>
        first?.place && first.place.host === undefined ? [{ first, size: first.place.size }] : [],
      )
      const chunks = heap.reduce((total, { size }) => total + ones(size >> 12n), 0)
      const [last] = heap.slice(-1)
      if (last && chunks > MAX_SHM_REGIONS)
        verdict.violated({
          at: atPlace(last.first),
          message: `regions that Xen takes from its heap need at least ${chunks} pieces, and Xen has room for ${MAX_SHM_REGIONS}`,
          help: 'give host addresses, or sizes that are powers of two',
        })
    },
  },
  {
    code: 'SHM-031',
    needs: ['SHM-011', 'SHM-012', 'SHM-022'],
    check(view, verdict) {
      const trees = partialTreesOf(view)
      for (const domain of view.domains) {
        const own = nodesOf(view.shm, domain.name).filter(({ place }) => place)
        const devices = treesOf(trees, domain).flatMap(({ nodes }) =>
          nodes.flatMap(({ where, regions }) =>
            regions.map(({ guest }) => ({ name: `what ${where} maps`, range: guest })),
          ),
        )
        const taken = [...guestRegions(view, domain), ...devices]
        for (const [index, shm] of own.entries()) {
          const place = shm.place && range(shm.place.guest, shm.place.size)
          if (!place) continue
          const before = own
            .slice(0, index)
            .flatMap((other) =>
              other.place ? [{ name: whose(other), range: range(other.place.guest, other.place.size) }] : [],
            )
          const there = [...taken, ...before].find((other) => overlaps(other.range, place))
          if (there)
            verdict.violated({
              at: atGuest(shm),
              message: `${whose(shm)} would be at ${formatRange(place)} in the guest, where ${there.name} is: ${formatRange(there.range)} (guest-physical)`,
              help: 'choose a guest address in a free range',
              remedy: "leave guest-address out: with 'auto' domforge finds a free range",
            })
        }
      }
    },
  },
  {
    code: 'SHM-035',
    needs: ['SHM-011', 'SHM-012'],
    check(view, verdict) {
      const { release } = view.context
      if (extendedRegionsKeepClear(release)) return
      for (const domain of view.domains) {
        const own = domain.directMap ? [] : nodesOf(view.shm, domain.name)
        const regions = own.length === 0 ? [] : extendedRegions(view, domain)
        for (const shm of own) {
          const place = shm.place && range(shm.place.guest, shm.place.size)
          const there = place && regions.find((region) => overlaps(region, place))
          if (place && there)
            verdict.violated({
              at: atGuest(shm),
              message: `${whose(shm)} is at ${formatRange(place)}, and Xen ${release} tells the domain that ${formatRange(there)} (guest-physical) is free for memory of other domains`,
              help: 'choose a guest address below 0x40000000, set xen,enhanced to disabled, give Xen ext_regions=no, or use Xen 4.19 or newer',
              remedy:
                "leave guest-address out: with 'auto' domforge finds a place elsewhere; or add ext_regions=no to xen.bootargs",
            })
        }
      }
    },
  },
  {
    code: 'SHM-032',
    check({ shm }, verdict) {
      for (const each of shm) {
        const place = each.place && range(each.place.guest, each.place.size)
        if (place && end(place) > SMALLEST_GUEST_SPACE)
          verdict.violated({
            at: atGuest(each),
            message: `${whose(each)} ends at ${hex(end(place))} in the guest, and many CPUs give guests only 40 bits of address`,
            help: 'give an address below 0x100_0000_0000, or make sure that every CPU of the board supports more (ID_AA64MMFR0_EL1.PARange)',
          })
      }
    },
  },
]

/** How many bits are set. */
function ones(value: bigint): number {
  let count = 0
  for (let left = value; left > 0n; left >>= 1n) count += Number(left & 1n)
  return count
}
