/** What Xen or xl puts into a guest's address space besides RAM. */
import { resolvePath } from '../../devicetree/readings/paths.ts'
import { translatedReg } from '../../devicetree/readings/translate.ts'
import { indexTree } from '../../devicetree/readings/tree-index.ts'
import type { Board } from '../../facts/facts.ts'
import type { Guest, SystemModel } from '../../model/system-model.ts'
import { bytes, type GuestPhys, guestPhys } from '../../units/quantities.ts'
import { type Range, range } from '../../units/range.ts'
import { GUEST_REGIONS, type GuestRegion } from '../../xen/guest-regions.ts'
import type { Provenance } from '../provenance.ts'

/** A stretch of a guest's address space. */
export interface GuestStretch {
  /** Its name in messages: `RAM`, `shared memory 'samples'`, `vPL011 console`. */
  readonly what: string
  readonly range: Range<GuestPhys>
  /** Who chose the address; absent: Xen, which always puts it there. */
  readonly source?: Provenance
}

export const isDirectMapped = (domain: Guest): boolean => domain.boot === 'dom0less' && domain['direct-map']

/** Of one guest; the direct-mapped one has some of it where the host has it. */
export function fixedPlaces(system: Machine, domain: Guest): readonly GuestStretch[] {
  const fixed = GUEST_REGIONS.filter((region) => has(system.board, domain, region))
  return isDirectMapped(domain) ? fixed.flatMap((region) => directMapped(system, region)) : fixed.map(laidOut)
}

interface Machine {
  readonly board: Board
  readonly model: SystemModel
}

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
  system: Machine,
  { name, directMapped: instead, range: place }: GuestRegion,
): readonly GuestStretch[] {
  if (instead === null) return []
  if (!instead) return [{ what: name, range: place }]
  const path = instead.device === 'gic' ? system.board.gic?.path : consolePath(system)
  const device = path === undefined ? undefined : indexTree(system.board.tree.root).at(path)
  const registers = device && translatedReg(device)
  const entry = registers?.ok ? registers.value[instead.reg] : undefined
  if (!entry) return []
  const size = instead.device === 'gic' ? bytes(entry.size) : place.size
  return [{ what: name, range: range(guestPhys(entry.address), size), source: { by: 'device-tree', at: path ?? '' } }]
}

/** Xen's console: what `dtuart` names, else what the tree does. */
function consolePath({ board, model }: Machine): string | undefined {
  const named = model.xen.bootargs.split(' ').findLast((word) => word.startsWith('dtuart='))
  const found = named === undefined ? undefined : resolvePath(indexTree(board.tree.root), named.slice('dtuart='.length))
  return found?.ok ? found.value.place.path : board.stdout
}
