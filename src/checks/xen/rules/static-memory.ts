/** SM, DOM: RAM of domains at fixed host addresses (common/device-tree/static-memory.c; up to 4.20 arch/arm/static-memory.c, up to 4.18 domain_build.c). */
import { formatRange, formatSize, hex, nearestAddresses, nearestSizes } from '../../../units/format.ts'
import { bytes, type HostPhys, isAligned, minus, PAGE, times } from '../../../units/quantities.ts'
import { overlaps, type Range, subtract, totalSize } from '../../../units/range.ts'
import { GUEST_RAM } from '../../../xen/address-map.ts'
import { GRANT_WINDOW } from '../../../xen/guest-regions.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule, Verdict } from '../../rule.ts'
import { buildWith, builtWithout } from '../built-without.ts'
import { seenBy } from '../guest-view.ts'
import { overlapOf } from '../overlooked.ts'
import { hardwareDomains } from '../view/capabilities.ts'
import type { Claim } from '../view/claims.ts'
import { at, type DomainView } from '../view/domains.ts'
import type { MemoryEntry } from '../view/memory.ts'
import { readProperty } from '../view/property.ts'
import type { XenView } from '../view.ts'

const PROPERTY = 'xen,static-mem'

const total = ({ staticMem = [] }: DomainView) => bytes(staticMem.reduce((sum, bank) => sum + bank.range.size, 0n))

function eachBank({ domains }: XenView, visit: (domain: DomainView, bank: MemoryEntry) => void): void {
  for (const domain of domains) for (const bank of domain.staticMem ?? []) if (bank.range.size > 0n) visit(domain, bank)
}

const isImage = ({ kind }: Claim): boolean => kind === 'module' || kind === 'xen' || kind === 'host-tree'

function overlapping({ reservedConflicts, context }: XenView, image: boolean, verdict: Verdict): void {
  for (const { entry, with: other } of reservedConflicts)
    if (entry.kind === 'static memory' && isImage(other) === image)
      verdict.violated({
        ...overlapOf(entry, other, context.release),
        help: 'move one of them to a free range',
        remedy: "move one of them; with 'static-mem: auto' domforge finds a free range",
      })
}

/** From this release on Xen can split a range between the two banks of guest RAM. Before, it gets the rest wrong (allocate_static_memory). */
const SPLITS_SINCE = '4.22'

/** Least size with more pages than an unsigned int can count. */
const TOO_LARGE = times(1n << 32n, PAGE)

/** From this release on Xen itself makes a guest's xenstore page, unless `xen,enhanced` asks for the legacy way. */
const XENSTORE_PAGE_SINCE = '4.21'

/** Advice about a range that is not whole pages: the nearest addresses and sizes that Xen accepts. */
function wholePages({ base, size }: Range<HostPhys>): string {
  const start = isAligned(base, PAGE) ? [] : [`begin at ${nearestAddresses(base, PAGE)}`]
  return [...start, ...(isAligned(size, PAGE) ? [] : [`give ${nearestSizes(size, PAGE)}`])].join(', and ')
}

export const staticMemoryRules: readonly Rule<XenView>[] = [
  {
    code: 'SM-001',
    check({ domains, context }, verdict) {
      const option = builtWithout(context, 'static-memory')
      if (option === undefined) return
      for (const domain of domains)
        if (domain.staticMem)
          verdict.violated({
            at: at(domain, PROPERTY),
            message: `'${domain.name}' has static memory, and Xen was built without ${option}`,
            help: buildWith(option),
          })
    },
  },
  {
    code: 'SM-014',
    needs: ['DOM-006'],
    check({ domains }, verdict) {
      for (const domain of domains)
        if (domain.staticMemory && total(domain) === 0n)
          verdict.violated({
            at: at(domain, PROPERTY),
            message: `${PROPERTY} of '${domain.name}' is empty`,
            help: 'give at least one range, or remove it',
          })
    },
  },
  {
    code: 'SM-013',
    check({ domains }, verdict) {
      for (const { name, node, ...domain } of domains) {
        const property = readProperty(node.node, PROPERTY)
        const width = (node.cells.address + node.cells.size) * 4
        if (property && width > 0 && property.data.length % width !== 0)
          verdict.violated({
            at: at({ name, node, ...domain }, PROPERTY),
            message: `${PROPERTY} of '${name}' has ${property.data.length} bytes, not a multiple of ${width}: Xen reads it in the cells of /chosen, ${node.cells.address} and ${node.cells.size}`,
            help: 'write whole ranges in the cells of /chosen',
          })
      }
    },
  },
  {
    code: 'SM-002',
    needs: ['SM-013', 'SM-014'],
    check({ domains }, verdict) {
      for (const domain of domains) {
        const given = total(domain)
        if (domain.staticMemory && domain.memory !== undefined && domain.memory !== given)
          verdict.violated({
            at: at(domain, 'memory'),
            message: `memory of '${domain.name}' is ${formatSize(domain.memory)}, and its static memory is ${formatSize(given)}`,
            help: 'make them equal',
            remedy: "make them equal, or set 'static-mem: auto'",
          })
      }
    },
  },
  {
    code: 'SM-003',
    check(view, verdict) {
      eachBank(view, (domain, bank) => {
        const { base, size } = bank.range
        if (!isAligned(base, PAGE) || !isAligned(size, PAGE))
          verdict.violated({
            at: bank.origin,
            message: `static memory of '${domain.name}' is ${formatSize(size)} from ${hex(base)} on, and Xen takes only whole pages of 4 KiB`,
            help: wholePages(bank.range),
          })
      })
    },
  },
  { code: 'SM-004', check: (view, verdict) => overlapping(view, false, verdict) },
  { code: 'SM-005', check: (view, verdict) => overlapping(view, true, verdict) },
  {
    code: 'SM-007',
    check(view, verdict) {
      const ram = view.ram.map((bank) => bank.range)
      if (ram.length === 0) return
      eachBank(view, (domain, bank) => {
        const outside = subtract([bank.range], ram)
        if (outside.length > 0)
          verdict.violated({
            at: bank.origin,
            message: `${formatSize(totalSize(outside))} of the static memory of '${domain.name}' ${formatRange(bank.range)} is not RAM (host-physical)`,
            help: `the host has RAM at ${ram.map(formatRange).join(', ')}`,
          })
      })
    },
  },
  {
    code: 'SM-009',
    check({ domains, context }, verdict) {
      const [first] = GUEST_RAM
      if (!first || isAtLeast(context.release, SPLITS_SINCE)) return
      for (const domain of domains) {
        if (domain.directMap) continue
        let before = bytes(0)
        for (const bank of domain.staticBanks) {
          const room = minus(first.size, before)
          if (room > 0n && bank.range.size > room)
            verdict.violated({
              at: bank.origin,
              message: `static memory of '${domain.name}' ${formatRange(bank.range)} crosses the end of the first 3 GiB of the guest's RAM, and Xen ${context.release} miscounts that`,
              help: "split the range at 3 GiB of the guest's RAM",
            })
          before = bytes(before + bank.range.size)
        }
      }
    },
  },
  {
    code: 'SM-010',
    check(view, verdict) {
      eachBank(view, (domain, bank) => {
        if (bank.range.size >= TOO_LARGE)
          verdict.violated({
            at: bank.origin,
            message: `a range of the static memory of '${domain.name}' has ${formatSize(bank.range.size)}, and Xen can count less than ${formatSize(TOO_LARGE)}`,
            help: 'split it',
          })
      })
    },
  },
  {
    code: 'SM-016',
    needs: ['SM-013'],
    check(view, verdict) {
      for (const domain of hardwareDomains(view)) {
        const wasted = total(domain)
        if (!domain.staticMem || wasted <= (domain.directMap ? PAGE : 0n)) continue
        verdict.violated({
          at: at(domain, PROPERTY),
          message: `'${domain.name}' is the hardware domain, whose RAM Xen takes from its heap: ${formatSize(wasted)} of static memory are never used`,
          ...(domain.directMap
            ? {
                help: 'give it one page: direct-map only requires that there is some',
                remedy: 'leave static-mem out: domforge gives it one page, which is all that direct-map requires',
              }
            : { help: 'leave xen,static-mem out', remedy: 'leave static-mem out' }),
        })
      }
    },
  },
  {
    code: 'SM-017',
    check({ domains }, verdict) {
      for (const domain of domains) {
        if (!domain.directMap || domain.enhanced === undefined || domain.enhanced === 'disabled') continue
        const window = GRANT_WINDOW
        const bank = domain.staticBanks.find((own) => overlaps(seenBy(own.range), window))
        if (bank)
          verdict.violated({
            at: bank.origin,
            message: `'${domain.name}' sees its RAM at its host address ${formatRange(bank.range)}, and the guest maps grants at ${formatRange(window)}`,
            help: 'place it elsewhere, or set xen,enhanced to disabled',
            remedy: "place it elsewhere, or set 'enhanced: disabled'",
          })
      }
    },
  },
  {
    code: 'DOM-044',
    needs: ['DOM-042'],
    check({ domains, context }, verdict) {
      const { release, features = [] } = context
      const isFixed = isAtLeast(release, XENSTORE_PAGE_SINCE) || features.includes('xenstore-page')
      for (const domain of domains) {
        const wants =
          domain.enhanced === 'legacy' || (!isFixed && (domain.enhanced === 'enabled' || domain.enhanced === ''))
        if (domain.staticMem && wants)
          verdict.violated({
            at: at(domain, 'xen,enhanced'),
            message: `'${domain.name}' wants xenstore, whose page init-dom0less of Xen ${context.release} cannot add to static memory`,
            ...(isFixed
              ? { help: 'set xen,enhanced to enabled', remedy: "set 'enhanced: enabled'" }
              : {
                  help: `set xen,enhanced to no-xenstore, or use Xen ${XENSTORE_PAGE_SINCE} or newer`,
                  remedy: `set 'enhanced: no-xenstore', or use Xen ${XENSTORE_PAGE_SINCE} or newer; if yours can, add 'xenstore-page' to 'xen.features'`,
                }),
          })
      }
    },
  },
]
