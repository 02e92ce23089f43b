/** XL: streams of devices that a configuration puts behind an IOMMU (`dtdev`; drivers/passthrough/device_tree.c: iommu_do_dt_domctl). */
import { NOT_CREATED } from '../../diagnostics/catalogue/effects.ts'
import { type StreamClash, streamText } from '../../xen/iommu.ts'
import type { Rule } from '../rule.ts'
import { everyNode, type ScannedNode } from '../xen/view/scan.ts'
import { clashingStream, type HostStream, HostStreams } from '../xen/view/streams.ts'
import { ofDom0 } from './dom0-devices.ts'
import { itemsOf, type XlContext } from './xl-context.ts'

interface Master {
  readonly path: string
  readonly streams: readonly HostStream[]
  readonly isDom0s: boolean
}

export const streamRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-073',
    needs: ['XL-044', 'XL-047'],
    check({ domains, host }, verdict) {
      if (!host || !domains.some((domain) => itemsOf(domain, 'dtdev').length > 0)) return
      const streams = new HostStreams(host)
      const nodes = new Map(everyNode(host.root).map((node) => [node.path.toLowerCase(), node]))
      const masterOf = (node: ScannedNode, isDom0s: boolean): readonly Master[] => {
        const own = streams.of(node)
        return own.length === 0 ? [] : [{ path: node.path, streams: own, isDom0s }]
      }
      const dom0s = ofDom0(host).flatMap((node) => masterOf(node, true))
      for (const domain of domains) {
        const before = [...dom0s]
        for (const { text, at } of itemsOf(domain, 'dtdev')) {
          const node = nodes.get(text.toLowerCase())
          for (const own of node ? masterOf(node, false) : []) {
            const clash = firstClash(before, own)
            if (clash)
              verdict.violated({
                at,
                message: `'dtdev' of '${domain.config.domain}' has ${own.path} with ${clash.what}`,
                effect: EFFECTS[clash.kind],
                help: `mark ${clash.path} with xen,passthrough in the host's tree, and give it to no domain`,
                remedy: `mark ${clash.path} with xen,passthrough in an overlay of platform.overlays, and give it to no domain`,
              })
            before.push(own)
          }
        }
      }
    },
  },
]

function firstClash(before: readonly Master[], own: Master) {
  for (const { path, streams, isDom0s } of before) {
    if (path === own.path) continue
    const found = clashingStream(streams, own.streams, !isDom0s)
    if (found)
      return {
        path,
        kind: found.clash,
        what: `${streamText(found.stream)} of ${found.stream.iommu}, and ${path}${isDom0s ? ' of dom0' : ''} has ${streamText(found.other)} there`,
      }
  }
  return undefined
}

const EFFECTS: Readonly<Record<StreamClash, string>> = {
  stops: 'Xen would stop, and with it the whole machine: it sets up a stream of an SMMUv3 once',
  overlaps: NOT_CREATED,
  fails: NOT_CREATED,
  redirects: "DMA of dom0's device would go to the memory of this domain",
}
