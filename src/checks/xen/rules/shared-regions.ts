/** SHM: what the nodes of a region say together, and what is beside it (static-shmem.c: process_shm_node, process_shm). */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import { lookup } from '../../../model/lookup.ts'
import { formatRange, formatSize, hex } from '../../../units/format.ts'
import { bytes, guestPhys } from '../../../units/quantities.ts'
import { end, overlaps, range, subtract } from '../../../units/range.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { guestRegions } from '../guest-view.ts'
import { domainNamed } from '../view/domains.ts'
import { type PartialTreeView, partialTreesOf } from '../view/passthrough.ts'
import { originOfProperty } from '../view/scan.ts'
import { hostRange, type ShmView, whose } from '../view/shared-memory.ts'
import type { XenView } from '../view.ts'
import { atGuest, atPlace } from './shared-memory.ts'

/** Regions that Xen holds from 4.19 on (bootinfo.h: NR_SHMEM_BANKS), and nodes of one domain. */
const MAX_REGIONS = 32

const BANKS_SINCE = '4.19'

/** The smallest space of guest addresses among Arm's 64-bit application cores: 40 bits (arch/arm/mmu/p2m.c: pa_range_info). */
const SMALLEST_GUEST_SPACE = guestPhys(1n << 40n)

const nodesOf = lookup(({ domain }: ShmView) => [domain])
const treesOf = lookup(({ domain }: PartialTreeView) => [domain])
const withId = lookup(({ id }: ShmView) => [id])

/** Nodes with an id, by id, in order. */
function regionsOf({ shm }: XenView): ReadonlyMap<string, readonly ShmView[]> {
  const regions = new Map<string, readonly ShmView[]>()
  for (const { id } of shm) if (id && !regions.has(id)) regions.set(id, withId(shm, id))
  return regions
}

const related = (shm: ShmView) => [{ at: atPlace(shm), message: `${whose(shm)} is here` }]

/** The role of a node, or the node that has none. */
const atRole = ({ node }: ShmView): Origin => originOfProperty(node, 'role')
const roleOf = (shm: ShmView) => [{ at: atRole(shm), message: `${whose(shm)} is ${shm.role} here` }]

const isDirect = ({ domains }: XenView, { domain }: ShmView): boolean =>
  domain === undefined || (domainNamed(domains, domain)?.directMap ?? false)

const describePlace = ({ place }: ShmView): string =>
  `${place?.host === undefined ? 'anywhere' : hex(place.host)} with ${formatSize(place?.size ?? bytes(0))}`

export const sharedRegionRules: readonly Rule<XenView>[] = [
  {
    code: 'SHM-015',
    needs: ['SHM-009'],
    check(view, verdict) {
      for (const [, [first, ...others]] of regionsOf(view))
        for (const other of others) {
          if (!first?.place || !other.place) continue
          const sameStart = other.place.host === undefined || other.place.host === first.place.host
          if (sameStart && other.place.size === first.place.size) continue
          verdict.violated({
            at: atPlace(other),
            message: `${whose(other)} is at ${describePlace(other)}, and ${whose(first)} at ${describePlace(first)} (host-physical)`,
            related: related(first),
            help: 'give every node of the region the same host address and size',
          })
        }
    },
  },
  {
    code: 'SHM-016',
    needs: ['SHM-009'],
    check(view, verdict) {
      for (const [, [first, ...others]] of regionsOf(view))
        for (const other of others)
          if (first?.place?.host !== undefined && other.place && other.place.host === undefined)
            verdict.violated({
              at: atPlace(other),
              message: `${whose(other)} leaves the host's address out, and ${whose(first)} gives it: Xen would read the size as the guest's address`,
              related: related(first),
              help: 'give the host address in every node of the region',
            })
    },
  },
  {
    code: 'SHM-017',
    check(view, verdict) {
      const regions = [...regionsOf(view).values()].flatMap(([first]) => first ?? [])
      const before = new Map<string, ShmView>()
      for (const region of regions) {
        const own = hostRange(region)
        const same = own && before.get(formatRange(own))
        if (own) before.set(formatRange(own), same ?? region)
        if (own && same)
          verdict.violated({
            at: atPlace(region),
            message: `${whose(region)} and ${whose(same)} are the same memory, ${formatRange(own)} (host-physical), with two ids`,
            related: related(same),
            help: 'use one id, or different memory',
          })
      }
    },
  },
  {
    code: 'SHM-018',
    needs: ['SHM-017'],
    check({ reservedConflicts }, verdict) {
      for (const { entry, with: other } of reservedConflicts)
        if (entry.kind === 'shared memory')
          verdict.violated({
            at: entry.origin,
            message: `${entry.what} ${formatRange(entry.range)} overlaps ${other.what} ${formatRange(other.range)} (host-physical)`,
            related: [{ at: other.origin, message: `${other.what} is here` }],
            help: 'move one of them to a free range',
            remedy: "move one of them; with 'host-address: auto' domforge finds a free range",
          })
    },
  },
  {
    code: 'SHM-019',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, BANKS_SINCE)) return
      const regions = [...regionsOf(view).values()]
      const beyond = regions[MAX_REGIONS]?.[0]
      if (beyond)
        verdict.violated({
          at: atPlace(beyond),
          message: `there are ${regions.length} regions of shared memory, and Xen has room for ${MAX_REGIONS}`,
          help: 'merge regions',
        })
    },
  },
  {
    code: 'SHM-020',
    check({ shm, context }, verdict) {
      if (!isAtLeast(context.release, BANKS_SINCE)) return
      for (const domain of new Set(shm.map((node) => node.domain))) {
        const beyond = nodesOf(shm, domain)[MAX_REGIONS]
        if (beyond)
          verdict.violated({
            at: beyond.node.origin,
            message: `${domain === undefined ? 'dom0' : `'${domain}'`} sees more than ${MAX_REGIONS} regions of shared memory`,
            help: 'merge regions',
          })
      }
    },
  },
  {
    code: 'SHM-021',
    needs: ['SHM-014'],
    check(view, verdict) {
      const ram = view.ram.map((bank) => bank.range)
      if (ram.length === 0) return
      for (const [, [first]] of regionsOf(view)) {
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
      if (!isAtLeast(view.context.release, BANKS_SINCE)) return
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
    code: 'SHM-024',
    check(view, verdict) {
      for (const [, nodes] of regionsOf(view)) {
        const [first, second] = nodes.filter(({ role }) => role === 'owner')
        if (first && second)
          verdict.violated({
            at: atRole(second),
            message: `${whose(second)} is owner, and so is ${whose(first)}`,
            related: roleOf(first),
            help: 'keep one owner and make the other a borrower, or remove role everywhere',
          })
      }
    },
  },
  {
    code: 'SHM-025',
    check(view, verdict) {
      for (const [, nodes] of regionsOf(view)) {
        const without = nodes.find(({ role }) => role === undefined)
        const withRole = nodes.find(({ role }) => role !== undefined)
        if (without && withRole)
          verdict.violated({
            at: without.node.origin,
            message: `${whose(without)} has no role, and ${whose(withRole)} is ${withRole.role}`,
            related: roleOf(withRole),
            help: 'give every domain of the region a role, or none of them',
          })
      }
    },
  },
  {
    code: 'SHM-026',
    needs: ['SHM-025'],
    check(view, verdict) {
      for (const [id, nodes] of regionsOf(view)) {
        const [first] = nodes
        if (first && nodes.every(({ role }) => role === 'borrower'))
          verdict.violated({
            at: first.node.origin,
            message: `every domain borrows '${id}', and none owns it`,
            help: 'make one of them the owner, or remove role everywhere',
          })
      }
    },
  },
  {
    code: 'SHM-028',
    check(view, verdict) {
      const heap = [...regionsOf(view).values()].flatMap(([first]) =>
        first?.place && first.place.host === undefined ? [{ first, size: first.place.size }] : [],
      )
      const chunks = heap.reduce((total, { size }) => total + ones(size >> 12n), 0)
      const [last] = heap.slice(-1)
      if (last && chunks > MAX_REGIONS)
        verdict.violated({
          at: atPlace(last.first),
          message: `regions that Xen takes from its heap need at least ${chunks} pieces, and Xen has room for ${MAX_REGIONS}`,
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
  {
    code: 'SHM-033',
    check(view, verdict) {
      if (view.context.release !== '4.18') return
      const [firstBank] = view.claims.filter(({ kind }) => !IMAGES.has(kind))
      for (const [, nodes] of regionsOf(view)) {
        const [first, second] = nodes
        const isFirst = first && firstBank?.kind === 'shared memory' && firstBank.what === `shared memory '${first.id}'`
        if (first && second && !isFirst)
          verdict.violated({
            at: second.node.origin,
            message: `Xen 4.18 refuses the second node of ${whose(second)}: it compares the region with itself unless nothing is reserved before it`,
            related: related(first),
            help: 'use Xen 4.17, or 4.19 and newer',
          })
      }
    },
  },
]

const IMAGES: ReadonlySet<string> = new Set(['xen', 'host-tree', 'module'])

/** Bits that are set. */
function ones(value: bigint): number {
  let count = 0
  for (let left = value; left > 0n; left >>= 1n) count += Number(left & 1n)
  return count
}
