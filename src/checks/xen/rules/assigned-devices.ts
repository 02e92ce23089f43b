/** PT: devices and their memory that partial trees give to domains. */
import { doesDma } from '../../../devicetree/readings/dma.ts'
import { formatRange } from '../../../units/format.ts'
import type { Address, GuestPhys } from '../../../units/quantities.ts'
import { byBase, end, overlaps, type Range } from '../../../units/range.ts'
import type { Rule, Verdict } from '../../rule.ts'
import { guestRegions } from '../guest-view.ts'
import { whyNoIommu } from '../view/iommu.ts'
import { atProperty, type PassthroughNode, type Region } from '../view/passthrough.ts'
import { readProperty } from '../view/property.ts'
import { everyNode, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'
import { passthroughNodes } from './partial-trees.ts'

/** Nodes that give a device: they have both, and the board has it. */
const devices = (view: XenView): readonly (PassthroughNode & { readonly host: ScannedNode })[] =>
  passthroughNodes(view).flatMap((node) => (node.host && node.reg ? [{ ...node, host: node.host }] : []))

const isMaster = ({ node }: ScannedNode): boolean => readProperty(node, 'iommus') !== undefined

/** Older trees name the masters at the SMMU (`mmu-masters`); which ones is not looked up. */
const namesMasters = ({ root }: XenView): boolean =>
  [...everyNode(root)].some(({ node }) => readProperty(node, 'mmu-masters') !== undefined)

interface Placed {
  readonly node: PassthroughNode
  readonly region: Region
}

const placedRegions = (view: XenView): readonly Placed[] =>
  passthroughNodes(view)
    .filter(({ path, force }) => path !== undefined || force)
    .flatMap((node) => node.regions.filter(({ host }) => host.size > 0n).map((region) => ({ node, region })))

export const assignedDeviceRules: readonly Rule<XenView>[] = [
  {
    code: 'PT-018',
    check(view, verdict) {
      const why = whyNoIommu(view.root, view.commandLine, view.context.kconfig)
      if (why === undefined) return
      for (const node of devices(view))
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
      const unsure = namesMasters(view)
      for (const node of devices(view)) {
        if (node.force || isMaster(node.host)) continue
        const at = atProperty(node, 'xen,path')
        if (unsure) verdict.undecided(at, `the board names the IOMMU of ${node.host.path} by mmu-masters`)
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
    code: 'PT-021',
    needs: ['PT-002', 'PT-003', 'PT-019'],
    check(view, verdict) {
      const all = placedRegions(view)
      for (const [other, { node, region }] of collisions(all, ({ region: { host } }) => host))
        if (other.node.domain !== node.domain)
          verdict.violated({
            at: atProperty(node, 'xen,reg'),
            message: `'${node.domain.name}' and '${other.node.domain.name}' both get ${formatRange(region.host)} (host-physical)`,
            help: 'assign each page to one domain; devices that share a page go together',
            related: [
              { at: atProperty(other.node, 'xen,reg'), message: `it is first assigned in ${other.node.where}` },
            ],
          })
    },
  },
  {
    code: 'PT-024',
    needs: ['PT-002', 'PT-003', 'PT-004'],
    check(view, verdict) {
      for (const domain of view.domains) {
        const own = placedRegions(view).filter(({ node }) => node.domain === domain)
        const fixed = domain.directMap || own.length === 0 ? [] : guestRegions(view, domain)
        for (const { name, range: there } of fixed) {
          const placed = own.find(({ region }) => overlaps(region.guest, there))
          if (placed) reportHidden(placed, name, there, verdict)
        }
        for (const [other, placed] of collisions(own, ({ region: { guest } }) => guest))
          reportHidden(placed, `what ${other.node.where} maps`, other.region.guest, verdict)
      }
    },
  },
  {
    code: 'PT-032',
    check(view, verdict) {
      for (const node of devices(view))
        if (node.force && !node.domain.directMap && doesDma(node.host.node) && !isProtected(view, node.host))
          verdict.violated({
            at: atProperty(node, 'xen,force-assign-without-iommu'),
            message: `${node.host.path} does DMA and is assigned to '${node.domain.name}' without an IOMMU`,
            help: 'put the device behind the IOMMU, or give the domain direct-map memory',
          })
    },
  },
]

function reportHidden({ node, region }: Placed, what: string, where: Range<GuestPhys>, verdict: Verdict): void {
  verdict.violated({
    at: atProperty(node, 'xen,reg'),
    message: `'${node.domain.name}' would see a device at ${formatRange(region.guest)}, which overlaps ${what} ${formatRange(where)} (guest-physical)`,
    help: 'choose another guest address (the last number of each region)',
  })
}

/** Pairs that overlap, the first of each node with a region before it: by address, so that many regions take no longer than sorting them. */
function collisions<A extends Address>(
  placed: readonly Placed[],
  rangeOf: (placed: Placed) => Range<A>,
): readonly (readonly [Placed, Placed])[] {
  const sorted = placed
    .map((each, index) => ({ each, index, range: rangeOf(each) }))
    .sort((a, b) => byBase(a.range, b.range))
  const found: (readonly [Placed, Placed])[] = []
  const reported = new Set<PassthroughNode>()
  let highest: (typeof sorted)[number] | undefined
  for (const next of sorted) {
    if (highest && overlaps(highest.range, next.range)) {
      const [first, second] = highest.index < next.index ? [highest.each, next.each] : [next.each, highest.each]
      if (!reported.has(second.node)) found.push([first, second])
      reported.add(second.node)
    }
    if (!highest || end(next.range) > end(highest.range)) highest = next
  }
  return found
}

const isProtected = ({ root, commandLine, context }: XenView, host: ScannedNode): boolean =>
  isMaster(host) && whyNoIommu(root, commandLine, context.kconfig) === undefined
