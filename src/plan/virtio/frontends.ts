/** What the domains of drivers leave for virtio-mmio devices. */

import { translatedReg } from '../../devicetree/readings/translate.ts'
import { indexTree } from '../../devicetree/readings/tree-index.ts'
import { type Board, type Facts, partialTreeOf } from '../../facts/facts.ts'
import type { Guest, SystemModel } from '../../model/system-model.ts'
import { mmioDevices } from '../../model/virtio/device.ts'
import { interruptIds } from '../../passthrough/interrupt-ids.ts'
import { guestAddresses, guestInterrupts } from '../../passthrough/partial-tree.ts'
import { bytes, GiB, type GuestPhys, guestPhys, PAGE, times } from '../../units/quantities.ts'
import { type Range, range, rangeBetween, subtract } from '../../units/range.ts'
import { GUEST_REGIONS } from '../../xen/guest-regions.ts'
import { libxlMakesDevices, VIRTIO_MMIO } from '../../xen/virtio-mmio.ts'
import type { OwnDevice, OwnTree } from '../passthrough/own-tree.ts'
import { guestPages, type PlannedDevice } from '../passthrough/planned-device.ts'

/** The domain of some drivers, as far as their windows depend on it. */
export interface Frontend {
  readonly name: string
  /** `libxl`: it numbers devices by itself, virtio disks first, then the others, both as listed. */
  readonly counts: 'domforge' | 'libxl'
  /** Where windows may lie, best first. */
  readonly space: readonly Range<GuestPhys>[]
  /** What it has of the host, and in its partial device tree, where. */
  readonly devices: readonly Range<GuestPhys>[]
  /** INTIDs that something else has. */
  readonly taken: ReadonlySet<number>
}

/** Every domain that has a driver, once. */
export function frontendsOf(
  model: SystemModel,
  facts: Facts,
  devices: ReadonlyMap<string, readonly PlannedDevice[]>,
  ownTrees: ReadonlyMap<string, OwnTree>,
): readonly Frontend[] {
  const names = new Set(mmioDevices(model.virtio).map(({ frontend }) => frontend))
  return model.domains.flatMap((domain) =>
    domain.boot !== 'dom0' && names.has(domain.name)
      ? [frontendOf(domain, model, facts, devices.get(domain.name) ?? [], ownTrees.get(domain.name)?.devices ?? [])]
      : [],
  )
}

function frontendOf(
  domain: Guest,
  { xen }: SystemModel,
  facts: Facts,
  devices: readonly PlannedDevice[],
  own: readonly OwnDevice[],
): Frontend {
  const partial = partialTreeOf(domain, facts)?.tree
  const taken = [...(partial ? guestAddresses(partial) : []), ...devices.flatMap(guestPages)]
  const isDirect = domain.boot === 'dom0less' && domain['direct-map']
  return {
    name: domain.name,
    counts: domain.boot === 'xl' && libxlMakesDevices(xen.release) ? 'libxl' : 'domforge',
    space: subtract(
      [isDirect ? BELOW_4_GIB : VIRTIO_MMIO],
      isDirect ? [...taken, ...ofHost(facts.board), ...ofXen()] : taken,
    ),
    devices: taken,
    taken: new Set([
      ...(partial ? guestInterrupts(partial) : []),
      ...devices.flatMap(({ closure }) => interruptIds(closure.device)),
      ...own.flatMap(({ host }) => (host ? interruptIds(host) : [])),
    ]),
  }
}

/** Without the first page: a device there would be at the null pointer. */
const BELOW_4_GIB = rangeBetween(guestPhys(PAGE), guestPhys(times(4, GiB)))

/** A guest that sees the host's addresses has RAM, interrupt controller and console where the host has them, and may be given more. */
function ofHost({ tree, ram }: Board): readonly Range<GuestPhys>[] {
  const registers = indexTree(tree.root).places.flatMap((place) => {
    const reg = place.parent ? translatedReg(place) : undefined
    return reg?.ok ? reg.value.filter(({ size }) => size > 0n) : []
  })
  return [
    ...ram.map(({ base, size }) => range(guestPhys(base), size)),
    ...registers.map(({ address, size }) => range(guestPhys(address), bytes(size))),
  ]
}

/** What Xen has at the same place in every guest. */
const ofXen = (): readonly Range<GuestPhys>[] => GUEST_REGIONS.map((region) => region.range)
