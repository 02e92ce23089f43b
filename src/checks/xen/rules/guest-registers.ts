/** PT: whether `reg` in a partial tree names the guest addresses at which Xen maps the registers. */
import { regEntries } from '../../../devicetree/readings/reg.ts'
import { formatRange } from '../../../units/format.ts'
import { bytes, type GuestPhys, guestPhys } from '../../../units/quantities.ts'
import { type Range, range, subtract } from '../../../units/range.ts'
import type { Rule } from '../../rule.ts'
import { atProperty, type PassthroughNode } from '../view/passthrough.ts'
import { regionsFor } from '../view/placed-regions.ts'
import { readProperty } from '../view/property.ts'
import type { ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'
import { passthroughNodes } from './partial-trees.ts'

export const guestRegisterRules: readonly Rule<XenView>[] = [
  {
    code: 'PT-049',
    needs: ['PT-002', 'PT-003', 'PT-004', 'PT-006', 'PT-007'],
    check(view, verdict) {
      for (const node of passthroughNodes(view).filter(({ regions }) => regions.length > 0)) {
        const mapped = regionsFor(view, node.domain).map(({ region }) => region.guest)
        const missing = registersOf(node).find((own) => subtract([own], mapped).length > 0)
        if (missing)
          verdict.violated({
            at: atProperty(node, 'reg'),
            message: `reg of ${node.where} says ${formatRange(missing)}, and xen,reg maps ${node.regions.map(({ guest }) => formatRange(guest)).join(', ')} (guest-physical)`,
            help: 'give both the same guest addresses: in xen,reg, the last number of each region',
          })
      }
    },
  },
]

/** Guest-physical ranges of the node's `reg`; none where a bus above translates addresses, or `reg` cannot be read. */
function registersOf({ node }: PassthroughNode): readonly Range<GuestPhys>[] {
  const { parent } = node
  if (!parent || !movesNothing(parent)) return []
  const entries = regEntries(node.node, parent.node)
  if (!entries.ok) return []
  return entries.value.flatMap(({ address, size }) =>
    size === 0n || address + size > LIMIT ? [] : [range(guestPhys(address), bytes(size))],
  )
}

const LIMIT = 1n << 64n

/** Whether no bus from this one up translates addresses: children's `reg` then has addresses of the guest. */
function movesNothing(bus: ScannedNode): boolean {
  if (!bus.parent) return true
  const ranges = readProperty(bus.node, 'ranges')
  return (ranges === undefined || ranges.data.length === 0) && movesNothing(bus.parent)
}
