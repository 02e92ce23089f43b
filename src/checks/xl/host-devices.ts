/** XL: devices of the host that a configuration gives to its domain: `irqs`, `iomem`, `dtdev`. */
import { translatedReg } from '../../devicetree/readings/translate.ts'
import { indexTree } from '../../devicetree/readings/tree-index.ts'
import type { Origin } from '../../diagnostics/diagnostic.ts'
import { formatRange } from '../../units/format.ts'
import { alignDown, alignUp, bytes, type HostPhys, hostPhys, MiB, PAGE, times } from '../../units/quantities.ts'
import { end, overlaps, type Range, range, rangeBetween } from '../../units/range.ts'
import { GUEST_RAM } from '../../xen/address-map.ts'
import { FIRST_SPI } from '../../xen/gic.ts'
import { GUEST_REGIONS, type GuestRegion } from '../../xen/guest-regions.ts'
import type { Rule } from '../rule.ts'
import { reportRefusal } from '../xen/refused-device.ts'
import { isDriverInUse } from '../xen/rules/assigned-devices.ts'
import { drivenConsole } from '../xen/view/console.ts'
import { HostInterrupts } from '../xen/view/device-interrupts.ts'
import { whyNoIommu } from '../xen/view/iommu.ts'
import { readProperty } from '../xen/view/property.ts'
import { everyNode, isAvailable, type ScannedNode } from '../xen/view/scan.ts'
import { HostStreams } from '../xen/view/streams.ts'
import type { XenView } from '../xen/view.ts'
import { givenBelow, interruptsOfDom0, isLeftOut, ofDom0 } from './dom0-devices.ts'
import { readIomem } from './grammar/iomem.ts'
import { entryOf, integerOf, itemsOf, textOf, type XlContext, type XlDomainContext, type XlItem } from './xl-context.ts'

interface Registers {
  readonly path: string
  readonly range: Range<HostPhys>
}

/** Pages of the registers of `nodes`, as far as these have host addresses. */
function registersOf(host: XenView, nodes: readonly ScannedNode[]): readonly Registers[] {
  const index = indexTree(host.context.tree.root)
  return nodes.flatMap(({ path }) => {
    const place = index.at(path)
    const reg = place?.parent && translatedReg(place)
    return reg?.ok
      ? reg.value.flatMap(({ address, size }) =>
          size > 0n ? [{ path, range: pagesOf(range(hostPhys(address), bytes(size))) }] : [],
        )
      : []
  })
}

const pagesOf = (registers: Range<HostPhys>): Range<HostPhys> =>
  rangeBetween(alignDown(registers.base, PAGE), alignUp(end(registers), PAGE))

/** Memory and devices that Xen gives to no domain: RAM, its own console, the interrupt controller. */
function ofXen(host: XenView): readonly Registers[] {
  const console = drivenConsole(host)
  const own = [...(console ? [console] : []), ...(host.gic ? [host.gic.node] : [])]
  return [
    ...host.ram.map(({ range: bank }) => ({ path: "the host's RAM", range: bank })),
    ...registersOf(host, own).map(({ path, range: registers }) => ({
      path: `${path} (Xen's own)`,
      range: registers,
    })),
  ]
}

/** Guest-physical ranges that libxl or Xen takes in this domain, half-open. */
function fixedRegions(context: XlContext, domain: XlDomainContext): readonly Pick<GuestRegion, 'name' | 'range'>[] {
  const gic = textOf(entryOf(domain, 'gic_version'))?.toLowerCase() === 'v2' ? 'v2' : context.gic
  const has = (only: GuestRegion['only']): boolean =>
    only === 'gic-v2' || only === 'gic-v3'
      ? only === `gic-${gic}`
      : only === 'vpl011'
        ? hasVuart(domain)
        : only !== 'xl'
  let left = times(integerOf(entryOf(domain, 'memory')) ?? 0n, MiB)
  const ram = GUEST_RAM.flatMap((bank) => {
    const size = left < bank.size ? left : bank.size
    left = bytes(left - size)
    return size > 0n ? [{ name: 'its RAM', range: range(bank.base, size) }] : []
  })
  return [...ram, ...GUEST_REGIONS.filter(({ only }) => only === undefined || has(only))]
}

/** Whether a configuration asks for the virtual PL011. */
export const hasVuart = (domain: XlDomainContext): boolean =>
  textOf(entryOf(domain, 'vuart'))?.toLowerCase() === 'sbsa_uart'

interface TakenPages {
  readonly domain: XlDomainContext
  readonly item: XlItem
  readonly pages: Range<HostPhys>
  /** The first registers or memory that these pages overlap. */
  readonly other: Registers
}

/**
 * Pages in `iomem` that overlap registers of `taken`. Registers of a bus do not count where a node below it that is `given` has some: they are the child's.
 */
const overlapping = (
  domains: readonly XlDomainContext[],
  taken: readonly Registers[],
  given: readonly Registers[] = [],
): readonly TakenPages[] =>
  domains.flatMap((domain) =>
    itemsOf(domain, 'iomem').flatMap((item) => {
      const pages = readIomem(item.text)?.host
      const owners = pages ? given.filter(({ range: there }) => overlaps(pages, there)) : []
      const other =
        pages &&
        taken.find(
          ({ path, range: there }) =>
            overlaps(pages, there) && !owners.some((below) => below.path.startsWith(`${path}/`)),
        )
      return pages && other ? [{ domain, item, pages, other }] : []
    }),
  )

const givesPages = (domain: XlDomainContext): boolean => entryOf(domain, 'iomem') !== undefined

interface InterruptItem {
  readonly item: XlItem
  readonly id: number
}

/** Interrupts in `irqs` that xl can read. */
export const interruptsOf = (domain: XlDomainContext): readonly InterruptItem[] =>
  itemsOf(domain, 'irqs').flatMap((item) => (/^\d{1,9}$/.test(item.text) ? [{ item, id: Number(item.text) }] : []))

const named = ({ config }: XlDomainContext, key: string): string => `'${key}' of '${config.domain}'`

/** A node that is named by `mmu-masters` of an SMMU may be behind it, too. */
function whyNotBehind(streams: HostStreams, node: ScannedNode): string | undefined {
  const admission = streams.admissionOf(node)
  if (admission.kind !== 'free' || readProperty(node.node, 'mmu-masters')) return undefined
  const { disabled } = admission
  return disabled === undefined ? 'it is not behind an IOMMU' : `its IOMMU is disabled (${disabled})`
}

export const hostDeviceRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-024',
    check({ domains, host }, verdict) {
      if (!domains.some((domain) => entryOf(domain, 'irqs'))) return
      const console = host && drivenConsole(host)
      const ofConsole = host && console ? new HostInterrupts(host).sharedOf(console.path) : []
      for (const domain of domains) {
        const seen = new Set<number>()
        for (const { item, id } of interruptsOf(domain)) {
          const why =
            id < FIRST_SPI
              ? `${id}, which is private to each CPU`
              : ofConsole.includes(id)
                ? `${id}, which Xen uses for ${console?.path}`
                : seen.has(id)
                  ? `${id} twice`
                  : undefined
          if (why)
            verdict.violated({
              at: item.at,
              message: `${named(domain, 'irqs')} has ${why}`,
              help: 'name each shared interrupt of the device once: its number in the device tree plus 32',
            })
          seen.add(id)
        }
      }
    },
  },
  {
    code: 'XL-041',
    check({ domains }, verdict) {
      for (const domain of domains)
        for (const item of itemsOf(domain, 'iomem'))
          if (!readIomem(item.text))
            verdict.violated({
              at: item.at,
              message: `${named(domain, 'iomem')} has '${item.text}', which xl cannot read`,
              help: 'write the first page and how many, in hexadecimal: ff0e0,1, or ff0e0,1@10000 with the page that the guest sees it at',
            })
    },
  },
  {
    code: 'XL-042',
    check({ domains, host }, verdict) {
      if (!host || !domains.some(givesPages)) return
      for (const { domain, item, pages, other } of overlapping(domains, ofXen(host)))
        verdict.violated({
          at: item.at,
          message: `${named(domain, 'iomem')} has ${formatRange(pages)}, which overlaps ${other.path} ${formatRange(other.range)} (host-physical)`,
          help: 'name the registers of a device that dom0 may give away',
        })
    },
  },
  {
    code: 'XL-043',
    check(context, verdict) {
      for (const domain of context.domains) {
        const items = itemsOf(domain, 'iomem')
        const fixed = items.length > 0 ? fixedRegions(context, domain) : []
        for (const item of items) {
          const pages = readIomem(item.text)?.guest
          const other = pages && fixed.find(({ range: there }) => overlaps(pages, there))
          if (pages && other)
            verdict.violated({
              at: item.at,
              message: `${named(domain, 'iomem')} puts ${formatRange(pages)} over ${other.name} ${formatRange(other.range)} (guest-physical)`,
              help: 'choose another page of the guest, after @',
            })
        }
      }
    },
  },
  {
    code: 'XL-044',
    check({ domains, host }, verdict) {
      if (!domains.some((domain) => entryOf(domain, 'dtdev') ?? entryOf(domain, 'pci'))) return
      const why = host && whyNoIommu(host)
      for (const domain of domains)
        for (const key of ['dtdev', 'pci']) {
          const [first] = itemsOf(domain, key)
          const isOff = textOf(entryOf(domain, 'passthrough'))?.toLowerCase() === 'disabled'
          if (first && (isOff || why))
            verdict.violated({
              at: first.at,
              message: `${named(domain, key)} gives it devices, and ${isOff ? "its 'passthrough' is disabled" : why}`,
              help: isOff ? 'remove passthrough' : `remove ${key}; give a device that does no DMA with iomem and irqs`,
            })
        }
    },
  },
  {
    code: 'XL-046',
    check({ domains }, verdict) {
      for (const domain of domains) {
        const mode = textOf(entryOf(domain, 'passthrough'))?.toLowerCase() ?? 'default'
        const gives = [...itemsOf(domain, 'dtdev'), ...itemsOf(domain, 'pci')].length > 0
        const entry = entryOf(domain, 'maxmem')
        const most = integerOf(entry)
        const memory = integerOf(entryOf(domain, 'memory'))
        if (!entry || most === undefined || memory === undefined || most <= memory) continue
        if (mode === 'disabled' || (mode === 'default' && !gives)) continue
        verdict.violated({
          at: entry.origin,
          message: `'maxmem' of '${domain.config.domain}' is ${most}, more than its memory (${memory}), and it has devices behind the IOMMU`,
          help: 'remove maxmem',
        })
      }
    },
  },
  {
    code: 'XL-047',
    needs: ['XL-044'],
    check({ domains, host }, verdict) {
      if (!host || !domains.some((domain) => entryOf(domain, 'dtdev') ?? entryOf(domain, 'irqs'))) return
      const nodes = new Map(everyNode(host.root).map((node) => [node.path.toLowerCase(), node]))
      const streams = new HostStreams(host)
      const isOneGiven = (): boolean =>
        domains.some((domain) =>
          itemsOf(domain, 'dtdev').some(({ text }) => {
            const node = nodes.get(text.toLowerCase())
            return node !== undefined && streams.admissionOf(node).kind === 'behind'
          }),
        )
      const taken = domains.some((domain) => entryOf(domain, 'irqs')) ? interruptsOfDom0(host) : undefined
      for (const domain of domains) {
        for (const { text, at } of itemsOf(domain, 'dtdev')) {
          const node = nodes.get(text.toLowerCase())
          const why = node ? whyNotBehind(streams, node) : 'the board has no such node'
          const refusal = node && streams.refusalOf(node)
          if (refusal)
            reportRefusal(verdict, at, `${named(domain, 'dtdev')} has ${text}, which`, refusal, {
              otherwise: 'do not give the device to the domain',
              isDriverInUse: () => isDriverInUse(host, streams) || isOneGiven(),
            })
          else if (why)
            verdict.violated({
              at,
              message: `${named(domain, 'dtdev')} has ${text}, and ${why}`,
              help: 'name the full path of a node with iommus; a device without them is given with iomem and irqs',
            })
        }
        for (const { item, id } of interruptsOf(domain)) {
          const path = taken?.get(id)
          if (path !== undefined)
            verdict.violated({
              at: item.at,
              message: `${named(domain, 'irqs')} has ${id}, the interrupt of ${path}, which dom0 has`,
              help: `mark ${path} with xen,passthrough in the host's tree`,
              remedy: isWritten(item.at)
                ? `give ${path} to '${domain.config.domain}' as well, by an entry of 'passthrough', or give neither; mark it with xen,passthrough in an overlay of platform.overlays if no domain is to have it`
                : `mark ${path} with xen,passthrough in an overlay of platform.overlays, or name it in dtdev where it is behind an IOMMU: then domforge marks it`,
            })
        }
      }
    },
  },
  {
    code: 'XL-063',
    needs: ['XL-042', 'XL-047'],
    check({ domains, host }, verdict) {
      if (!host || !domains.some(givesPages)) return
      const taken = registersOf(
        host,
        ofDom0(host).filter((node) => isAvailable(node) && !isLeftOut(host, node)),
      )
      const given = registersOf(host, givenBelow(host.root))
      for (const { domain, item, pages, other } of overlapping(domains, taken, given))
        verdict.violated({
          at: item.at,
          message: `${named(domain, 'iomem')} has ${formatRange(pages)}, registers of ${other.path} (host-physical), which dom0 has too`,
          help: `mark ${other.path} with xen,passthrough in the host's tree`,
          remedy: `mark ${other.path} with xen,passthrough in an overlay of platform.overlays, or name it in dtdev where it is behind an IOMMU: then domforge marks it`,
        })
    },
  },
]

/** Whether domforge writes an item for an entry of `passthrough`. Other items are of the user's `extra-xl`, or from the user's own tree. */
const isWritten = (at: Origin): boolean => at.kind === 'manifest' && /\/passthrough\/[^/]+$/.test(at.pointer)
