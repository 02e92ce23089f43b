/** PT: streams of devices at an IOMMU, which Xen assigns to the domain of the device (drivers/passthrough/arm). */
import { DOMAIN_PANIC } from '../../../diagnostics/catalogue/effects.ts'
import type { Finding } from '../../../diagnostics/diagnostic.ts'
import type { Refusal } from '../../../iommu/xen-iommus.ts'
import { type StreamClash, type StreamKeeping, streamText } from '../../../xen/iommu.ts'
import type { Rule, Verdict } from '../../rule.ts'
import { reportRefusal } from '../refused-device.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import { hardwareOwner, isMarked, ownedNodes } from '../view/hardware-owner.ts'
import { whyNoIommu } from '../view/iommu.ts'
import { atProperty } from '../view/passthrough.ts'
import { originOfProperty, type ScannedNode } from '../view/scan.ts'
import { clashingStream, type FoundClash, type HostStream, HostStreams } from '../view/streams.ts'
import type { XenView } from '../view.ts'
import { devices, isDriverInUse } from './assigned-devices.ts'

/** A device that does DMA through an IOMMU, and who has it. */
interface Master {
  readonly host: ScannedNode
  readonly streams: readonly HostStream[]
  /** For people. */
  readonly owner: string
}

export const deviceStreamRules: readonly Rule<XenView>[] = [
  {
    code: 'PT-051',
    needs: ['PT-019', 'PT-033'],
    check(view, verdict) {
      const given = devices(view)
      if (given.length === 0 || whyNoIommu(view) !== undefined) return
      const streams = new HostStreams(view)
      const masters = new Map<string, Master[]>()
      for (const node of given) {
        const { host, domain } = node
        const own: Master = { host, streams: streams.of(host), owner: `'${domain.name}'` }
        if (own.streams.length === 0) continue
        const at = own.streams[0]?.iommu ?? ''
        const known = masters.get(at) ?? ownersMasters(view, streams, at, host)
        const clash = firstClash(known, own)
        if (clash) verdict.violated({ at: atProperty(node, 'xen,path'), ...clash.said })
        masters.set(at, [...known, own])
      }
    },
  },
  {
    code: 'D0-023',
    check(view, verdict) {
      const owner = hardwareOwner(view)
      if (owner === undefined || whyNoIommu(view) !== undefined) return
      const streams = new HostStreams(view)
      const before: Master[] = []
      for (const { node: host } of ownedNodes(view, new HostInterrupts(view))) {
        const own: Master = { host, streams: isMarked(host) ? [] : streams.of(host), owner: owner.what }
        const clash = firstClash(before, own)
        if (clash) reportClash(view, host, clash, verdict)
        before.push(own)
      }
    },
  },
  {
    code: 'D0-025',
    check(view, verdict) {
      const owner = hardwareOwner(view)
      if (owner === undefined || whyNoIommu(view) !== undefined) return
      const streams = new HostStreams(view)
      const alike = new Map<string, { readonly first: ScannedNode; readonly refusal: Refusal; readonly more: number }>()
      for (const { node } of ownedNodes(view, new HostInterrupts(view))) {
        const refusal = isMarked(node) ? undefined : streams.refusalOf(node)
        if (!refusal) continue
        const before = alike.get(refusal.why)
        alike.set(refusal.why, before ? { ...before, more: before.more + 1 } : { first: node, refusal, more: 0 })
      }
      for (const { first, refusal, more } of alike.values()) {
        const subject = `${first.path}${more > 0 ? ` (and ${more} more)` : ''} of ${owner.what}`
        reportRefusal(verdict, originOfProperty(first, 'iommus'), subject, refusal, {
          ifFreed: { inTree: '', inManifest: '' },
          isDriverInUse: () => isDriverInUse(view, streams),
        })
      }
    },
  },
  {
    code: 'D0-024',
    check(view, verdict) {
      const { release } = view.context
      const owner = hardwareOwner(view)
      if (owner === undefined || whyNoIommu(view) !== undefined) return
      const streams = new HostStreams(view)
      const masked = new Map<string, { readonly first: ScannedNode; readonly more: number }>()
      for (const { node, driven } of ownedNodes(view, new HostInterrupts(view))) {
        const lost = driven ? streams.of(node).find(({ mask, written }) => mask !== written.mask) : undefined
        const before = lost && masked.get(lost.iommu)
        if (lost) masked.set(lost.iommu, before ? { ...before, more: before.more + 1 } : { first: node, more: 0 })
      }
      for (const [iommu, { first, more }] of masked)
        verdict.violated({
          at: originOfProperty(first, 'iommus'),
          message: `${first.path}${more > 0 ? ` and ${more} more` : ''} of ${owner.what} ${more > 0 ? 'have' : 'has'} streams with a mask at ${iommu}, which Xen ${release} ignores`,
          help: 'use Xen 4.20 or newer, or name in iommus each stream that the device has',
          remedy:
            "use Xen 4.20 or newer, name in 'iommus' each stream that the device has by an overlay, or add iommu=off to xen.bootargs",
        })
    },
  },
]

/** Reports a clash where Xen has the IOMMU's driver. ARM_SMMU_V3 is off in a stock build: without a .config such a clash is undecided. */
function reportClash({ context }: XenView, host: ScannedNode, { keeping, said }: Clash, verdict: Verdict): void {
  const at = originOfProperty(host, 'iommus')
  if (context.kconfig === undefined && keeping === 'table')
    verdict.undecided(
      at,
      `${said.message}; Xen would stop if it was built with ARM_SMMU_V3, and its .config is not given`,
    )
  else
    verdict.violated({
      ...said,
      at,
      help: 'mark one of the two with xen,passthrough, so that no domain has it',
      remedy: 'mark one of the two with xen,passthrough in an overlay of platform.overlays, so that no domain has it',
    })
}

/** Devices of the owner of the hardware at `iommu`, without the one that is `given` away. */
function ownersMasters(view: XenView, streams: HostStreams, iommu: string, given: ScannedNode): Master[] {
  const owner = hardwareOwner(view)
  if (owner === undefined) return []
  return ownedNodes(view, new HostInterrupts(view)).flatMap(({ node: host }) => {
    const own = isMarked(host) || host === given ? [] : streams.of(host)
    return own[0]?.iommu === iommu ? [{ host, streams: own, owner: owner.what }] : []
  })
}

interface Clash {
  readonly keeping: StreamKeeping
  readonly said: Pick<Finding, 'message' | 'effect' | 'help'>
}

function firstClash(known: readonly Master[], own: Master): Clash | undefined {
  for (const other of known) {
    const found = clashingStream(other.streams, own.streams, other.owner === own.owner)
    if (found) return { keeping: found.stream.keeping, said: describe(own, other, found) }
  }
  return undefined
}

const describe = (own: Master, other: Master, { clash, ...found }: FoundClash): Clash['said'] => ({
  message: `${own.host.path} of ${own.owner} has ${streamText(found.stream)} of ${found.stream.iommu}, and ${other.host.path} of ${other.owner} has ${clash === 'overlaps' ? streamText(found.other) : 'it as well'}`,
  effect: EFFECTS[clash],
  help: HELP[clash],
})

const EFFECTS: Readonly<Record<StreamClash, string>> = {
  stops: 'Xen would stop at boot: it sets up a stream of an SMMUv3 once, whichever domain has it',
  overlaps: DOMAIN_PANIC,
  fails: DOMAIN_PANIC,
  redirects: 'DMA of both would go to the memory of the domain that Xen builds last',
}

const MARK = 'mark the other with xen,passthrough, so that no domain has it'

const HELP: Readonly<Record<StreamClash, string>> = {
  stops: `assign one of the two, and ${MARK}`,
  overlaps: `let iommus of both have the same stream and mask, or assign one of the two, and ${MARK}`,
  fails: `assign both to one domain, or ${MARK}`,
  redirects: `assign both to one domain, or ${MARK}`,
}
