/** PT: devices that partial trees give to domains, and where the domains see them. */
import { doesDma } from '../../../devicetree/readings/dma.ts'
import { DOMAIN_PANIC } from '../../../diagnostics/catalogue/effects.ts'
import { formatRange } from '../../../units/format.ts'
import type { GuestPhys } from '../../../units/quantities.ts'
import { overlaps, type Range } from '../../../units/range.ts'
import { extendedRegionsKnowDevices } from '../../../xen/guest-gaps.ts'
import type { Rule, Verdict } from '../../rule.ts'
import { extendedRegions } from '../extended-regions.ts'
import { guestRegions } from '../guest-view.ts'
import { type Instead, reportRefusal } from '../refused-device.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import { hardwareOwner, isMarked, ownedNodes } from '../view/hardware-owner.ts'
import { ancestorsOf } from '../view/host-registers.ts'
import { whyNoIommu } from '../view/iommu.ts'
import { atProperty, isGiven, type PassthroughNode } from '../view/passthrough.ts'
import { collisions, type Placed, regionsFor } from '../view/placed-regions.ts'
import { readProperty, stringList } from '../view/property.ts'
import { everyNode, type ScannedNode } from '../view/scan.ts'
import { HostStreams } from '../view/streams.ts'
import type { XenView } from '../view.ts'
import { passthroughNodes } from './partial-trees.ts'

/** Nodes that give a device: `xen,path` names a node of the board, and `xen,reg` is there. */
export const devices = (view: XenView): readonly (PassthroughNode & { readonly host: ScannedNode })[] =>
  passthroughNodes(view).flatMap((node) => (node.host && node.reg ? [{ ...node, host: node.host }] : []))

/** Whether the tree names masters at the SMMU (`mmu-masters`), as old trees do. Which devices they are is not looked up. */
const namesMasters = ({ root }: XenView): boolean =>
  everyNode(root).some(({ node }) => readProperty(node, 'mmu-masters') !== undefined)

/** Whether a device of some domain is behind an IOMMU. */
export function isDriverInUse(view: XenView, streams: HostStreams): boolean {
  const owned = hardwareOwner(view) ? ownedNodes(view, new HostInterrupts(view)) : []
  const kept = owned.flatMap(({ node }) => (isMarked(node) ? [] : [node]))
  const hosts = [...devices(view).map(({ host }) => host), ...kept]
  return hosts.some((host) => streams.admissionOf(host).kind === 'behind')
}

/** Without its IOMMU a device is given as any other that has none. */
function insteadFor(node: PassthroughNode, view: XenView, streams: HostStreams): Instead {
  const isForced = node.force && node.domain.directMap
  const forced = ' and assign the device with xen,force-assign-without-iommu'
  const given = " and give the device with 'force-assign-without-iommu' to a domain with 'direct-map: true'"
  return {
    ifFreed: isForced ? { inTree: '', inManifest: '' } : { inTree: forced, inManifest: isGiven(node) ? given : forced },
    otherwise: 'do not assign the device',
    isDriverInUse: () => isDriverInUse(view, streams),
  }
}

export const assignedDeviceRules: readonly Rule<XenView>[] = [
  {
    code: 'PT-018',
    check(view, verdict) {
      const given = devices(view)
      const why = given.length > 0 ? whyNoIommu(view) : undefined
      if (why === undefined) return
      for (const node of given)
        if (!node.force)
          verdict.violated({
            at: atProperty(node, 'xen,path'),
            message: `${node.host.path} is assigned to '${node.domain.name}' behind an IOMMU, and ${why} (${node.where})`,
            help: 'add xen,force-assign-without-iommu where the device does no DMA, or enable the IOMMU',
          })
    },
  },
  {
    code: 'PT-017',
    needs: ['PT-018'],
    check(view, verdict) {
      const given = devices(view)
      if (given.length === 0) return
      const unsure = namesMasters(view)
      const streams = new HostStreams(view)
      const hasIommu = whyNoIommu(view) === undefined
      for (const node of given) {
        const at = atProperty(node, 'xen,path')
        const admission = streams.admissionOf(node.host)
        if (admission.kind === 'refused')
          reportRefusal(
            verdict,
            at,
            `${node.host.path}, assigned to '${node.domain.name}',`,
            admission.refusal,
            insteadFor(node, view, streams),
          )
        if (admission.kind !== 'free' || node.force || !hasIommu) continue
        const { disabled } = admission
        if (disabled !== undefined)
          verdict.violated({
            at,
            message: `${node.host.path} is behind ${disabled}, which is disabled, and is assigned to '${node.domain.name}' behind an IOMMU (${node.where})`,
            help: `enable ${disabled} in the device tree, or add xen,force-assign-without-iommu where the device does no DMA`,
          })
        else if (unsure) verdict.undecided(at, `the board names the IOMMU of ${node.host.path} by mmu-masters`)
        else
          verdict.violated({
            at,
            message: `${node.host.path} has no iommus and is assigned to '${node.domain.name}' behind an IOMMU (${node.where})`,
            help: 'add xen,force-assign-without-iommu where the device does no DMA',
          })
      }
    },
  },
  {
    code: 'PT-019',
    check(view, verdict) {
      const first = new Map<string, PassthroughNode>()
      for (const node of devices(view)) {
        const other = first.get(node.host.path)
        if (!other) first.set(node.host.path, node)
        else
          verdict.violated({
            at: atProperty(node, 'xen,path'),
            message: `${node.host.path} is already assigned to '${other.domain.name}' (${node.where})`,
            help: 'assign each device once',
            related: [{ at: atProperty(other, 'xen,path'), message: `it is first assigned in ${other.where}` }],
          })
      }
    },
  },
  {
    code: 'PT-024',
    needs: ['PT-002', 'PT-003', 'PT-004'],
    check(view, verdict) {
      for (const domain of view.domains) {
        const own = regionsFor(view, domain)
        const fixed = own.length === 0 ? [] : guestRegions(view, domain)
        for (const { name, range: there } of fixed)
          for (const placed of own.filter(({ region }) => overlaps(region.guest, there)))
            reportHidden(placed, name, there, verdict)
        for (const [other, placed] of collisions(own, ({ region: { guest } }) => guest, offsetOf))
          reportHidden(placed, `what ${other.node.where} maps`, other.region.guest, verdict)
      }
    },
  },
  {
    code: 'PT-040',
    needs: ['PT-002', 'PT-003', 'PT-004'],
    check(view, verdict) {
      const { release } = view.context
      if (extendedRegionsKnowDevices(release)) return
      for (const domain of view.domains) {
        const own = regionsFor(view, domain)
        const regions = own.length === 0 ? [] : extendedRegions(view, domain)
        for (const node of new Set(own.map((placed) => placed.node))) {
          const hidden = own.flatMap(({ node: each, region: { guest } }) => {
            const there = regions.find((region) => overlaps(region, guest))
            return each === node && there ? [{ guest, there }] : []
          })
          if (hidden.length === 0) continue
          const list = (ranges: readonly Range<GuestPhys>[]): string => [...new Set(ranges.map(formatRange))].join(', ')
          verdict.violated({
            at: atProperty(node, 'xen,reg'),
            message: `'${domain.name}' sees a device at ${list(hidden.map(({ guest }) => guest))}, and Xen ${release} tells it that ${list(hidden.map(({ there }) => there))} (guest-physical) is free for memory of other domains`,
            help: domain.directMap
              ? "map the device at the host's address, set xen,enhanced to disabled, give Xen ext_regions=no, or use Xen 4.21"
              : 'choose a guest address below 0x40000000 (the last number of each region), set xen,enhanced to disabled, give Xen ext_regions=no, or use Xen 4.21',
            remedy: domain.directMap
              ? "map the device at the host's address, set 'enhanced: disabled', add ext_regions=no to xen.bootargs, or use Xen 4.21"
              : "choose a guest address below 0x40000000 (the last number of each region), set 'enhanced: disabled', add ext_regions=no to xen.bootargs, or use Xen 4.21",
          })
        }
      }
    },
  },
  {
    code: 'PT-033',
    needs: ['PT-019'],
    check(view, verdict) {
      const given = devices(view)
      const owner = given.length > 0 ? hardwareOwner(view) : undefined
      if (owner === undefined) return
      const interrupts = new HostInterrupts(view)
      const owned = new Map(ownedNodes(view, interrupts).map(({ node, driven }) => [node, driven]))
      for (const node of given) {
        const driven = owned.get(node.host)
        if (driven === undefined || isMarked(node.host) || node.domain === owner.domain) continue
        const conflict =
          interrupts.sharedOf(node.host.path).length > 0
            ? 'has its interrupts'
            : isProtected(view, node.host)
              ? 'has its streams of the IOMMU'
              : undefined
        if (!driven && conflict === undefined) continue
        verdict.violated({
          at: atProperty(node, 'xen,path'),
          message: `${node.host.path} is assigned to '${node.domain.name}' and not marked with xen,passthrough: ${owner.what} ${conflict ?? 'drives it'} as well (${node.where})`,
          effect: conflict ? DOMAIN_PANIC : 'Xen would silently let both drive it',
          help: `add xen,passthrough to ${node.host.path} in the host device tree`,
        })
      }
    },
  },
  {
    code: 'PT-034',
    check(view, verdict) {
      for (const node of devices(view)) {
        const bridge = ancestorsOf(node.host).find(isPciBridge)
        if (bridge)
          verdict.violated({
            at: atProperty(node, 'xen,path'),
            message: `${node.host.path} is a PCI device at ${bridge.path}: '${node.domain.name}' would not find it, nor get its interrupts (${node.where})`,
            help: `assign ${bridge.path} as a whole`,
          })
      }
    },
  },
  {
    code: 'PT-032',
    check(view, verdict) {
      const streams = new HostStreams(view)
      for (const node of devices(view))
        if (
          node.force &&
          !node.domain.directMap &&
          doesDma(node.host.node) &&
          streams.admissionOf(node.host).kind === 'free'
        )
          verdict.violated({
            at: atProperty(node, 'xen,force-assign-without-iommu'),
            message: `${node.host.path} does DMA and is assigned to '${node.domain.name}' without an IOMMU`,
            help: 'put the device behind the IOMMU, or give the domain direct-map memory',
          })
    },
  },
]

/** What a region adds to guest addresses. Regions that add the same may overlap: each guest page has one page of the host, and mapping it again does no harm. */
const offsetOf = ({ region: { host, guest } }: Placed): bigint => BigInt(host.base) - BigInt(guest.base)

function reportHidden(placed: Placed, what: string, where: Range<GuestPhys>, verdict: Verdict): void {
  const { node, region } = placed
  verdict.violated({
    at: atProperty(node, 'xen,reg'),
    message: `'${node.domain.name}' would see a device at ${formatRange(region.guest)}, which overlaps ${what} ${formatRange(where)} (guest-physical)`,
    help: 'choose another guest address (the last number of each region)',
    ...(isGiven(node) ? { remedy: "choose another guest-address, or leave it out: 'auto' finds a free one" } : {}),
  })
}

const isPciBridge = ({ node }: ScannedNode): boolean => stringList(readProperty(node, 'device_type'))[0] === 'pci'

/** Whether Xen puts it behind an IOMMU. */
export const isProtected = (view: XenView, host: ScannedNode): boolean =>
  new HostStreams(view).admissionOf(host).kind === 'behind'
