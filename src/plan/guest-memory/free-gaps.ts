/** Where regions may lie in a guest that Xen lays out. */
import { type DeviceTree, type DtNode, walk } from '../../devicetree/model.ts'
import { addressCells, sizeCells } from '../../devicetree/readings/node.ts'
import { type RegEntry, regEntries, splitCells } from '../../devicetree/readings/reg.ts'
import type { Dom0lessDomain } from '../../model/system-model.ts'
import { alignUp, bytes, type GuestPhys, guestPhys, MiB, times } from '../../units/quantities.ts'
import { end, type Range, range, rangeBetween, subtract } from '../../units/range.ts'
import { GUEST_RAM } from '../../xen/address-map.ts'
import { extendedRegionsKeepClear, GUEST_GAPS } from '../../xen/guest-gaps.ts'
import type { Release } from '../../xen/releases.ts'

/**
 * Free places, best first: the gaps of Xen's layout; then what a guest's RAM leaves of its banks, from the next 2 MiB on, unless Xen gives
 * that to the guest for other things. Without everything that the guest's partial tree puts there.
 */
export function guestSpace(
  domain: Dom0lessDomain,
  ram: readonly Range<GuestPhys>[],
  partialTree: DeviceTree | undefined,
  release: Release,
): readonly Range<GuestPhys>[] {
  const hasExtendedRegions = domain.enhanced !== 'disabled' && !extendedRegionsKeepClear(release)
  const places = [...GUEST_GAPS, ...(hasExtendedRegions ? [] : GUEST_RAM.flatMap((bank) => behind(bank, ram)))]
  const taken = partialTree ? devicesOf(partialTree) : []
  return places.flatMap((place) => subtract([place], taken))
}

function behind(bank: Range<GuestPhys>, ram: readonly Range<GuestPhys>[]): readonly Range<GuestPhys>[] {
  const filled = ram.find(({ base }) => base === bank.base)
  const from = filled ? alignUp(end(filled), times(2, MiB)) : bank.base
  return from < end(bank) ? [rangeBetween(from, end(bank))] : []
}

/** Guest addresses of what a partial tree has below `/passthrough`: mapped by `xen,reg`, or only named by `reg`. */
export function devicesOf({ root }: DeviceTree): readonly Range<GuestPhys>[] {
  const tops = root.children.filter(({ name }) => name.toLowerCase() === 'passthrough')
  return tops.flatMap((top) =>
    [...walk(top)].flatMap(({ node }) => node.children.flatMap((child) => addressesOf(child, node))),
  )
}

function addressesOf(node: DtNode, parent: DtNode): readonly Range<GuestPhys>[] {
  const named = regEntries(node, parent)
  return [...mappedBy(node, parent), ...(named.ok ? named.value.flatMap(guestRange) : [])]
}

/** `xen,reg` is a list of host address, size and guest address (docs/misc/arm/passthrough.txt). */
function mappedBy(node: DtNode, parent: DtNode): readonly Range<GuestPhys>[] {
  const address = addressCells(parent)
  const entries = splitCells(node, 'xen,reg', [address, sizeCells(parent), address])
  return entries.ok ? entries.value.flatMap(([, size = 0n, guest = 0n]) => guestRange({ address: guest, size })) : []
}

const LIMIT = 1n << 64n

/** Nothing for what is empty or goes beyond 64 bits. */
const guestRange = ({ address, size }: RegEntry): readonly Range<GuestPhys>[] =>
  size === 0n || address + size > LIMIT ? [] : [range(guestPhys(address), bytes(size))]
