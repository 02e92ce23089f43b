/** All virtio devices with their numbers, by transport. */
import type { Report } from '../../diagnostics/diagnostic.ts'
import type { Facts } from '../../facts/facts.ts'
import type { Lock } from '../../facts/lock.ts'
import type { SystemModel } from '../../model/system-model.ts'
import { mmioDevices, staticShmDevices, type VirtioDevice } from '../../model/virtio/device.ts'
import type { PlannedChannel, PlannedRegion } from '../links/planned-links.ts'
import type { OwnTree } from '../passthrough/own-tree.ts'
import type { PlannedDevice } from '../passthrough/planned-device.ts'
import { planStaticShm } from './devices.ts'
import { frontendsOf } from './frontends.ts'
import { planMmio } from './mmio.ts'
import type { PlannedVirtio } from './planned-virtio.ts'

/** What guests have before they get virtio devices. */
export interface Surroundings {
  readonly regions: readonly PlannedRegion[]
  readonly channels: readonly PlannedChannel[]
  /** Of the host, by name of the domain. */
  readonly devices: ReadonlyMap<string, readonly PlannedDevice[]>
  /** Likewise, what users' own partial trees give. */
  readonly ownTrees: ReadonlyMap<string, OwnTree>
}

/** Those that get their numbers, in document order. */
export function planVirtio(
  model: SystemModel,
  facts: Facts,
  { regions, channels, devices, ownTrees }: Surroundings,
  lock: Lock,
  report: Report,
): readonly PlannedVirtio[] {
  const planned: readonly PlannedVirtio[] = [
    ...planStaticShm(staticShmDevices(model.virtio), regions, channels, lock, report),
    ...planMmio(mmioDevices(model.virtio), frontendsOf(model, facts, devices, ownTrees), lock, report),
  ]
  const byDevice = new Map(planned.map((one) => [one.device as VirtioDevice, one]))
  return model.virtio.flatMap((device) => byDevice.get(device) ?? [])
}
