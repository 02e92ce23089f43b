/** Everything that a guest has at which of its addresses. */
import { resolvePath } from '../../devicetree/readings/paths.ts'
import { translatedReg } from '../../devicetree/readings/translate.ts'
import { indexTree } from '../../devicetree/readings/tree-index.ts'
import type { Board } from '../../facts/facts.ts'
import type { Guest } from '../../model/system-model.ts'
import { bytes, type GuestPhys, guestPhys } from '../../units/quantities.ts'
import { byBase, type Range, range } from '../../units/range.ts'
import { GUEST_REGIONS, type GuestRegion } from '../../xen/guest-regions.ts'
import { regionViewsOf } from '../numbers.ts'
import type { Provenance } from '../provenance.ts'
import type { PlannedDom0less, PlannedXl, SystemPlan } from '../system-plan.ts'

/** A stretch of a guest's address space. */
export interface GuestStretch {
  /** For people: `RAM`, `shared memory 'samples'`, `vPL011 console`. */
  readonly what: string
  readonly range: Range<GuestPhys>
  /** Who chose the address; absent: Xen, which always puts it there. */
  readonly source?: Provenance
}

/** Guest-physical, ascending. A guest with `direct-map` has RAM, interrupt controller and console where the host has them. */
export function guestMap(plan: SystemPlan, guest: PlannedDom0less | PlannedXl): readonly GuestStretch[] {
  const { domain, ram } = guest
  const isDirect = domain.boot === 'dom0less' && domain['direct-map']
  const fixed = GUEST_REGIONS.filter((region) => has(plan.board, domain, region))
  const places = isDirect ? fixed.flatMap((region) => directMapped(plan, region)) : fixed.map(laidOut)
  const banks = ram.map((bank, index): GuestStretch => {
    const place = isDirect && 'staticMem' in guest ? guest.staticMem?.[index] : undefined
    return {
      what: isDirect ? 'RAM, at its address on the host' : 'RAM',
      range: bank,
      ...(place ? { source: place } : {}),
    }
  })
  return [...places, ...banks, ...sharedWith(plan, domain.name)].sort((a, b) => byBase(a.range, b.range))
}

/** The regions that the domain sees; dom0 as well. */
export const sharedWith = (plan: SystemPlan, name: string): readonly GuestStretch[] =>
  regionViewsOf(plan, name).map(({ what, value, source }) => ({ what, range: value, source }))

const laidOut = ({ name, range: place }: GuestRegion): GuestStretch => ({ what: name, range: place })

function has({ gic }: Board, domain: Guest, { only }: GuestRegion): boolean {
  const answers: Readonly<Record<NonNullable<GuestRegion['only']>, boolean>> = {
    'gic-v2': gic?.version === 'v2',
    'gic-v3': gic?.version === 'v3',
    vpl011: domain.console === 'vpl011',
    enhanced: knowsXen(domain),
    xl: domain.boot === 'xl',
  }
  return only === undefined || answers[only]
}

/** Whether the guest's tree has a node for Xen, with grants and events. */
export const knowsXen = (domain: Guest): boolean => domain.boot === 'xl' || domain.enhanced !== 'disabled'

/** As `directMapped` says; nothing where the board's tree does not show the device. Sizes are those of what Xen emulates there. */
function directMapped(
  plan: SystemPlan,
  { name, directMapped: instead, range: place }: GuestRegion,
): readonly GuestStretch[] {
  if (instead === null) return []
  if (!instead) return [{ what: name, range: place }]
  const path = instead.device === 'gic' ? plan.board.gic?.path : consolePath(plan)
  const device = path === undefined ? undefined : indexTree(plan.board.tree.root).at(path)
  const registers = device && translatedReg(device)
  const entry = registers?.ok ? registers.value[instead.reg] : undefined
  if (!entry) return []
  const size = instead.device === 'gic' ? bytes(entry.size) : place.size
  return [{ what: name, range: range(guestPhys(entry.address), size), source: { by: 'device-tree', at: path ?? '' } }]
}

/** Xen's console: what `dtuart` names, else what the tree does. */
function consolePath({ board, model }: SystemPlan): string | undefined {
  const named = model.xen.bootargs.split(' ').findLast((word) => word.startsWith('dtuart='))
  const found = named === undefined ? undefined : resolvePath(indexTree(board.tree.root), named.slice('dtuart='.length))
  return found?.ok ? found.value.place.path : board.stdout
}
