/** Where in a guest's address space devices of the host may lie. */

import { type Board, type Facts, partialTreeOf } from '../../facts/facts.ts'
import type { Lock } from '../../facts/lock.ts'
import { lookup } from '../../model/lookup.ts'
import type { SharedMemory } from '../../model/partition.ts'
import { dom0Of, type Guest, type SystemModel } from '../../model/system-model.ts'
import { guestAddresses } from '../../passthrough/partial-tree.ts'
import { alignUp, bytes, type GuestPhys, guestPhys, MiB, PAGE, times } from '../../units/quantities.ts'
import { end, type Range, range, rangeBetween, subtract } from '../../units/range.ts'
import { GUEST_RAM } from '../../xen/address-map.ts'
import { extendedRegionsKnowDevices } from '../../xen/guest-gaps.ts'
import { GUEST_REGIONS } from '../../xen/guest-regions.ts'
import { fixedPlaces, isDirectMapped, knowsXen } from '../guest-memory/fixed-places.ts'
import { guestKey } from '../guest-memory/regions.ts'
import { rangesIn } from '../lock/values.ts'

/** What xl keeps for the configuration of a virtual PCI bus, which no guest has (xen/include/public/arch-arm.h: GUEST_VPCI_ECAM). */
const VIRTUAL_PCI = rangeBetween(guestPhys(0x1000_0000n), guestPhys(0x2000_0000n))

/**
 * Where devices go that cannot lie where the host has them, best first: gaps of the guest's layout (xen/include/public/arch-arm.h).
 */
export const DEVICE_WINDOWS: readonly Range<GuestPhys>[] = [
  VIRTUAL_PCI,
  rangeBetween(guestPhys(0x0410_0000n), guestPhys(0x1000_0000n)),
  rangeBetween(guestPhys(0x1_0000_0000n), guestPhys(0x2_0000_0000n)),
]

/** As far as any guest has addresses: 48 bits. What the CPUs do not reach is refused where Xen's reading is checked. */
const ADDRESS_SPACE = rangeBetween(guestPhys(PAGE), guestPhys(1n << 48n))

/** What a guest has at its addresses before it gets devices. */
export interface Surroundings {
  readonly model: SystemModel
  readonly facts: Pick<Facts, 'board' | 'partialTrees'>
  readonly lock: Lock
}

/** Where a guest has room for devices. */
export interface DeviceSpace {
  /** Now: a device that has its place there may stay. */
  readonly free: readonly Range<GuestPhys>[]
  /** Now and in each further life: where a place is chosen. Part of `free`. */
  readonly lasting: readonly Range<GuestPhys>[]
}

/** Free for devices: all but the guest's RAM and what Xen or xl puts there, regions that have their place already, and what its own partial tree has. */
export function deviceSpace(
  { model, facts, lock }: Surroundings,
  domain: Guest,
  ram: readonly Range<GuestPhys>[],
): DeviceSpace {
  const tree = partialTreeOf(domain, facts)
  const rest = extendedRegionsKnowDevices(model.xen.release) ? [] : GUEST_RAM.map((bank) => restOf(bank, ram))
  const taken = [
    ...fixedIn(model, facts.board, domain),
    ...ram,
    ...(offersItsRest(domain) ? rest : []),
    ...settledRegions(model, domain, lock),
    ...(tree ? guestAddresses(tree.tree) : []),
  ]
  const free = subtract([ADDRESS_SPACE], taken)
  return { free, lasting: mayComeBack(model, domain) ? subtract(free, [...rest, ...BY_XL]) : free }
}

function fixedIn(model: SystemModel, board: Board, domain: Guest): readonly Range<GuestPhys>[] {
  const fixed = fixedPlaces({ model, board }, domain).map(({ range: place }) => place)
  return domain.boot === 'xl' ? subtract(fixed, [VIRTUAL_PCI]) : fixed
}

/** Whether Xen, or xl, tells the guest that it may map memory of others wherever its banks have no RAM (find_domU_holes; libxl_arm.c: finalize_hypervisor_node). */
const offersItsRest = (domain: Guest): boolean => !isDirectMapped(domain) && knowsXen(domain)

/** Whether xl may create it again: whatever Xen was told to leave out at boot, xl lays out its own way. The plan tells later what else stands against it. */
const mayComeBack = (model: SystemModel, domain: Guest): boolean =>
  dom0Of(model) !== undefined && !isDirectMapped(domain)

/** What a guest of xl's has in any case (libxl_arm.c: libxl__arch_domain_init_hw_description; xg_dom_arm.c: alloc_magic_pages). */
const BY_XL = GUEST_REGIONS.filter(({ only }) => only === 'enhanced').map(({ range: place }) => place)

/** Such offers begin at a multiple of it. */
const ALIGNMENT = times(2, MiB)

function restOf(bank: Range<GuestPhys>, ram: readonly Range<GuestPhys>[]): Range<GuestPhys> {
  const filled = ram.find(({ base }) => base === bank.base)
  const from = filled ? alignUp(end(filled), ALIGNMENT) : bank.base
  return from < end(bank) ? rangeBetween(from, end(bank)) : range(end(bank), bytes(0))
}

const sharedBy = lookup(({ access }: SharedMemory) => access.map(({ domain }) => domain))

/** Places of regions that do not depend on what is free: the manifest's and the lock's. */
const settledRegions = (model: SystemModel, { name }: Guest, { entries }: Lock): readonly Range<GuestPhys>[] =>
  sharedBy(model['shared-memory'], name).flatMap(({ name: region, size, access }) =>
    access.flatMap(({ domain, 'guest-address': address }) => {
      if (domain !== name) return []
      return address === 'auto'
        ? rangesIn(entries.get(guestKey(region, name)) ?? '', guestPhys)
        : [range(address, size)]
    }),
  )
