/** PT: host-physical memory that partial trees give to domains. Xen maps all that `xen,reg` lists, whatever is there (dom0less-build.c: handle_passthrough_prop). */

import { doesDma } from '../../../devicetree/readings/dma.ts'
import type { Finding } from '../../../diagnostics/diagnostic.ts'
import { Cover } from '../../../units/cover.ts'
import { formatRange, hex } from '../../../units/format.ts'
import { type GuestPhys, guestPhys, type HostPhys } from '../../../units/quantities.ts'
import { end, overlaps, type Range, subtract } from '../../../units/range.ts'
import { SMALLEST_GUEST_SPACE } from '../../../xen/static-limits.ts'
import type { Rule } from '../../rule.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import type { DomainView } from '../view/domains.ts'
import { type HardwareOwner, hardwareOwner, ownedNodes } from '../view/hardware-owner.ts'
import { ancestorsOf, type HostRegisters, registersOf } from '../view/host-registers.ts'
import { isIommu, whyNoIommu } from '../view/iommu.ts'
import { atProperty, partialTreesOf } from '../view/passthrough.ts'
import { collisions, type Placed, placedRegions } from '../view/placed-regions.ts'
import type { ScannedNode } from '../view/scan.ts'
import { usedByXen } from '../view/used-by-xen.ts'
import type { XenView } from '../view.ts'

/**
 * Pages that belong to the devices of each domain: registers of the nodes that its partial tree names, of all nodes below them, and the windows that these
 * open. Any node of the partial tree may map them.
 */
function ownPages(view: XenView, registers: HostRegisters): ReadonlyMap<DomainView, Cover<HostPhys>> {
  const hosts = new Map<DomainView, Set<ScannedNode>>()
  for (const { node } of placedRegions(view)) {
    const named = hosts.get(node.domain) ?? new Set()
    hosts.set(node.domain, node.host ? named.add(node.host) : named)
  }
  const cover = (named: Iterable<ScannedNode>) => new Cover([...named].flatMap((host) => registers.with(host)))
  return new Map([...hosts].map(([domain, named]) => [domain, cover(named)]))
}

/** Interrupt controller with its frames for message-signalled interrupts, console and IOMMUs, where Xen uses them. */
function xensOwn(view: XenView): ReadonlySet<ScannedNode> {
  const isWithout = whyNoIommu(view) !== undefined
  const used = usedByXen(view).filter((node) => !(isWithout && isIommu(view, node)))
  return new Set(view.gic ? [view.gic.node, ...view.gic.node.children, ...used] : used)
}

/** Whether `part` is memory of the domain's own devices that `/memreserve/` keeps, as the frame buffer of a firmware. */
const isOwnReserved = (own: Cover<HostPhys> | undefined, firmware: Cover<HostPhys>, part: Range<HostPhys>): boolean =>
  own?.uncovered(part).length === 0 && firmware.uncovered(part).length === 0

const atRegion = ({ node }: Placed) => atProperty(node, 'xen,reg')

const gets = ({ node }: Placed, range: Range<HostPhys>): string =>
  `'${node.domain.name}' would get ${formatRange(range)} (host-physical)`

export const assignedRegisterRules: readonly Rule<XenView>[] = [
  {
    code: 'PT-036',
    needs: ['PT-002', 'PT-003', 'PT-004'],
    check(view, verdict) {
      if (placedRegions(view).length === 0) return
      const ram = view.ram.map(({ range }) => range)
      const reserved = view.claims.filter(({ kind }) => kind === 'reserved memory').map(({ range }) => range)
      const inUse = new Cover(subtract(ram, reserved))
      const own = ownPages(view, registersOf(view))
      const firmware = new Cover(
        view.claims.filter(({ kind }) => kind === 'memory reservation').map(({ range }) => range),
      )
      for (const placed of placedRegions(view)) {
        const { host } = placed.region
        const [taken] = inUse
          .covered(host)
          .filter((part) => !isOwnReserved(own.get(placed.node.domain), firmware, part))
        if (!taken) continue
        const claim = view.claims.find(({ range }) => overlaps(range, taken))
        verdict.violated({
          at: atRegion(placed),
          message: `${gets(placed, taken)}, which is RAM of the host${claim ? `: ${claim.what} is there` : ''} (${placed.node.where})`,
          help: 'map registers of devices only; what domains share is a node compatible with xen,domain-shared-memory-v1',
          remedy: 'map registers of devices only; what domains share is shared-memory',
        })
      }
    },
  },
  {
    code: 'PT-037',
    needs: ['PT-002', 'PT-003', 'PT-004'],
    check(view, verdict) {
      if (placedRegions(view).length === 0) return
      const registers = registersOf(view)
      const interrupts = new HostInterrupts(view)
      const xens = [...xensOwn(view)].flatMap((node) => registers.of(node).map((pages) => ({ node, pages })))
      for (const placed of placedRegions(view)) {
        const taken = xens.find(({ pages }) => overlaps(pages, placed.region.host))
        // PT-012 reports a device of Xen's by its interrupts.
        const isSaid = taken?.node === placed.node.host && interrupts.sharedOf(taken?.node.path ?? '').length > 0
        if (taken && !isSaid)
          verdict.violated({
            at: atRegion(placed),
            message: `${gets(placed, placed.region.host)}, where ${taken.node.path} has its registers, which Xen itself uses (${placed.node.where})`,
            help: "leave these pages out: neither Xen's own devices nor what shares a page with them can be given to a domain",
          })
      }
    },
  },
  {
    code: 'PT-021',
    needs: ['PT-002', 'PT-003', 'PT-019'],
    check(view, verdict) {
      for (const [other, placed] of sharedByDomains(view))
        verdict.violated({
          at: atRegion(placed),
          message: `'${placed.node.domain.name}' and '${other.node.domain.name}' both get ${formatRange(placed.region.host)} (host-physical)`,
          help: 'assign each page to one domain; devices that share a page go together',
          related: [{ at: atRegion(other), message: `it is first assigned in ${other.node.where}` }],
        })
      for (const shared of sharedWithOwner(view)) if (!shared.isQuiet) verdict.violated(sharedPage(shared))
    },
  },
  {
    code: 'PT-053',
    needs: ['PT-002', 'PT-003', 'PT-019'],
    check(view, verdict) {
      for (const shared of sharedWithOwner(view)) if (shared.isQuiet) verdict.violated(sharedPage(shared))
    },
  },
  {
    code: 'PT-038',
    needs: ['PT-002', 'PT-003', 'PT-004'],
    check(view, verdict) {
      for (const { placed, named, stranger } of strangers(view).filter(({ isIdle }) => !isIdle))
        verdict.violated({
          at: atRegion(placed),
          message: `${gets(placed, placed.region.host)} for ${named.path}, and these are registers of ${stranger.path} (${placed.node.where})`,
          help: `give the registers of ${named.path}; for those of ${stranger.path} add a node that names it with xen,path`,
        })
    },
  },
  {
    code: 'PT-055',
    needs: ['PT-002', 'PT-003', 'PT-004', 'PT-038'],
    check(view, verdict) {
      const idle = strangers(view).filter(({ isIdle }) => isIdle)
      for (const node of new Set(idle.map(({ placed }) => placed.node))) {
        const [first, ...more] = idle.filter(({ placed }) => placed.node === node)
        if (!first) continue
        const paths = [...new Set([first, ...more].map(({ stranger }) => stranger.path))]
        const them = paths.length === 1 ? 'it' : 'each of them'
        verdict.violated({
          at: atRegion(first.placed),
          message: `'${node.domain.name}' gets registers of ${paths.join(', ')} along with those of ${first.named.path} (${node.where})`,
          help: `take the registers out of xen,reg if they are not meant; else add a node that names ${them} with xen,path`,
          remedy: `take the registers out of xen,reg if they are not meant; else accept this, or give the domain ${them} by an entry of 'passthrough'`,
        })
      }
    },
  },
  {
    code: 'PT-039',
    needs: ['PT-036', 'PT-037', 'PT-038'],
    check(view, verdict) {
      if (placedRegions(view).length === 0) return
      const registers = registersOf(view)
      const own = ownPages(view, registers)
      const ram = new Cover(view.ram.map(({ range }) => range))
      for (const placed of placedRegions(view)) {
        const { host, domain, where } = placed.node
        if (!host || registers.with(host).length === 0) continue
        const [unknown] = (own.get(domain)?.uncovered(placed.region.host) ?? [])
          .flatMap((rest) => ram.uncovered(rest))
          .filter((rest) => registers.in(rest).length === 0)
        if (unknown)
          verdict.violated({
            at: atRegion(placed),
            message: `${gets(placed, unknown)} for ${host.path}, whose registers are at ${registers.with(host).map(formatRange).join(', ')}: the host's tree has nothing there (${where})`,
            help: `compare xen,reg with reg of ${host.path}`,
          })
      }
    },
  },
  {
    code: 'PT-023',
    needs: ['PT-002', 'PT-003', 'PT-004'],
    check(view, verdict) {
      const all = placedRegions(view)
      if (all.length === 0) return
      const limit = guestSpace(view)
      for (const placed of all) {
        const { guest } = placed.region
        if (end(guest) > limit)
          verdict.violated({
            at: atRegion(placed),
            message: `'${placed.node.domain.name}' would see a device at ${formatRange(guest)} (guest-physical), past ${hex(limit)}, the end of what the CPUs are known to support (${placed.node.where})`,
            help: `give an address below ${hex(limit)}, or make sure that every CPU of the board supports more (ID_AA64MMFR0_EL1.PARange)`,
          })
      }
    },
  },
]

/**
 * Exclusive end of the guest addresses that Xen can surely map. Guests have as many bits as the CPUs' physical addresses: the CPUs reach all RAM and registers
 * that the host's tree describes, so guests reach as far.
 */
function guestSpace(view: XenView): GuestPhys {
  const known = [...view.ram.map(({ range }) => range), ...registersOf(view).all.map(({ pages }) => pages)]
  return known.reduce((highest, each) => {
    const limit = guestPhys(end(each))
    return limit > highest ? limit : highest
  }, SMALLEST_GUEST_SPACE)
}

/** A device whose registers a region maps, though the region's node names another. */
interface Stranger {
  readonly placed: Placed
  readonly named: ScannedNode
  readonly stranger: ScannedNode
  /** No domain names it or drives it, and it cannot reach memory: at most the guest that gets it is affected. */
  readonly isIdle: boolean
}

/** The first of each region; what two domains share is not repeated. */
function strangers(view: XenView): readonly Stranger[] {
  const all = placedRegions(view)
  if (all.length === 0) return []
  const registers = registersOf(view)
  const own = ownPages(view, registers)
  const said = new Set([
    ...sharedByDomains(view).map(([, { node }]) => node),
    ...sharedWithOwner(view).map(({ placed }) => placed.node),
  ])
  const xens = xensOwn(view)
  const everyNamed = new Set(partialTreesOf(view).flatMap(({ nodes }) => nodes.flatMap(({ host }) => host ?? [])))
  return all.flatMap((placed) => {
    const { host: named, domain } = placed.node
    if (!named || said.has(placed.node)) return []
    const around = new Set(ancestorsOf(named))
    const found = (own.get(domain)?.uncovered(placed.region.host) ?? []).flatMap((rest) =>
      registers.in(rest).flatMap(({ node }) => (around.has(node) || xens.has(node) ? [] : [node])),
    )
    const isIdle = (node: ScannedNode): boolean =>
      !doesDma(node.node) && ![node, ...ancestorsOf(node)].some((each) => everyNamed.has(each))
    const stranger = found.find((node) => !isIdle(node)) ?? found[0]
    return stranger ? [{ placed, named, stranger, isIdle: isIdle(stranger) }] : []
  })
}

const sharedByDomains = (view: XenView) =>
  collisions(
    placedRegions(view),
    ({ region: { host } }) => host,
    ({ node }) => node.domain,
  )

interface SharedPage {
  readonly placed: Placed
  /** Devices of the owner that have registers there. */
  readonly nodes: readonly [ScannedNode, ...ScannedNode[]]
  readonly owner: HardwareOwner
  /** None of them has interrupts or does DMA, so nothing goes wrong if the owner never uses them. */
  readonly isQuiet: boolean
}

/** Regions that contain registers of devices that the owner of the hardware drives. */
function sharedWithOwner(view: XenView): readonly SharedPage[] {
  const owner = hardwareOwner(view)
  const all = placedRegions(view)
  if (owner === undefined || all.length === 0) return []
  const registers = registersOf(view)
  const interrupts = new HostInterrupts(view)
  const owned = new Set(ownedNodes(view, interrupts).flatMap(({ node, driven }) => (driven ? [node] : [])))
  const named = new Set(all.flatMap(({ node: { host } }) => host ?? []))
  const isNamed = (node: ScannedNode): boolean => [node, ...ancestorsOf(node)].some((each) => named.has(each))
  const isQuiet = ({ node, path }: ScannedNode): boolean => interrupts.of(path).length === 0 && !doesDma(node)
  return all.flatMap((placed) => {
    if (placed.node.domain === owner.domain) return []
    const found = registers.in(placed.region.host).filter(({ node }) => owned.has(node) && !isNamed(node))
    const [first, ...others] = new Set(found.map(({ node }) => node))
    return first ? [{ placed, nodes: [first, ...others], owner, isQuiet: [first, ...others].every(isQuiet) }] : []
  })
}

function sharedPage({ placed, nodes, owner: { what } }: SharedPage): Finding {
  const { domain, where } = placed.node
  const [paths, them] = [nodes.map(({ path }) => path).join(', '), nodes.length === 1 ? 'it' : 'them']
  return {
    at: atRegion(placed),
    message: `'${domain.name}' gets ${formatRange(placed.region.host)} (host-physical), where registers of ${paths} are, ${nodes.length === 1 ? 'a device' : 'devices'} of ${what} (${where})`,
    help: `let ${what} have all of these devices, or mark ${paths} with xen,passthrough, so that ${what} leaves ${them} alone`,
    remedy: `let ${what} have all of these devices, or give ${paths} to '${domain.name}' as well, by an entry of 'passthrough'; mark ${them} with xen,passthrough in an overlay of platform.overlays if no domain is to have ${them}`,
  }
}
