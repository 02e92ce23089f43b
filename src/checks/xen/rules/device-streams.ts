/** PT: streams of devices at an IOMMU, which Xen assigns to the domain of the device (drivers/passthrough/arm). */
import { DOMAIN_PANIC } from '../../../diagnostics/catalogue/effects.ts'
import { type StreamClash, streamText } from '../../../xen/iommu.ts'
import type { Rule } from '../../rule.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import { hardwareOwner, isMarked, ownedNodes } from '../view/hardware-owner.ts'
import { whyNoIommu } from '../view/iommu.ts'
import { atProperty } from '../view/passthrough.ts'
import type { ScannedNode } from '../view/scan.ts'
import { clashingStream, type HostStream, HostStreams } from '../view/streams.ts'
import type { XenView } from '../view.ts'
import { devices } from './assigned-devices.ts'

/** A device with streams, and who has it. */
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
      if (whyNoIommu(view.root, view.commandLine, view.context.kconfig) !== undefined) return
      const streams = new HostStreams(view)
      const masters = new Map<string, Master[]>()
      for (const node of devices(view)) {
        const { host, domain } = node
        const own: Master = { host, streams: streams.of(host), owner: `'${domain.name}'` }
        if (own.streams.length === 0) continue
        const at = own.streams[0]?.iommu ?? ''
        const known = masters.get(at) ?? ownersMasters(view, streams, at, host)
        const clash = firstClash(known, own)
        if (clash) verdict.violated({ at: atProperty(node, 'xen,path'), ...clash })
        masters.set(at, [...known, own])
      }
    },
  },
]

/** What the domain with the rest of the hardware has at an IOMMU. */
function ownersMasters(view: XenView, streams: HostStreams, iommu: string, given: ScannedNode): Master[] {
  const owner = hardwareOwner(view)
  if (owner === undefined) return []
  return ownedNodes(view, new HostInterrupts(view)).flatMap(({ node: host }) => {
    const own = isMarked(host) || host === given ? [] : streams.of(host)
    return own[0]?.iommu === iommu ? [{ host, streams: own, owner: owner.what }] : []
  })
}

function firstClash(known: readonly Master[], own: Master) {
  for (const other of known) {
    const found = clashingStream(other.streams, own.streams, other.owner === own.owner)
    if (found)
      return {
        message: `${own.host.path} of ${own.owner} has ${streamText(found.stream)} of ${found.stream.iommu}, and ${other.host.path} of ${other.owner} has ${found.clash === 'overlaps' ? streamText(found.other) : 'it as well'}`,
        effect: EFFECTS[found.clash],
        help: HELP[found.clash],
      }
  }
  return undefined
}

const EFFECTS: Readonly<Record<StreamClash, string>> = {
  stops: 'Xen would stop at boot: it sets up a stream of an SMMUv3 once, whichever domain has it',
  overlaps: DOMAIN_PANIC,
  fails: DOMAIN_PANIC,
  redirects: 'accesses of both would go to the memory of the domain that Xen builds last',
}

const MARK = 'mark the other with xen,passthrough, so that no domain has it'

const HELP: Readonly<Record<StreamClash, string>> = {
  stops: `assign one of the two, and ${MARK}`,
  overlaps: `let iommus of both have the same stream and mask, or assign one of the two, and ${MARK}`,
  fails: `assign both to one domain, or ${MARK}`,
  redirects: `assign both to one domain, or ${MARK}`,
}
