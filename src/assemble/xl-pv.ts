/** xl's words for disks and networks that another domain serves (docs/man/xl-disk-configuration.5.pod.in, xl-network-configuration.5.pod.in). */
import { atKey } from '../diagnostics/diagnostic.ts'
import type { Entity } from '../model/entity.ts'
import type { PvDisk, PvNetwork } from '../model/pv-devices.ts'
import type { Guest } from '../model/system-model.ts'
import { bootId } from '../plan/by-domain.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { XlEntry } from './assembly.ts'

/** `disk` and `vif` of a configuration. */
export function pvEntries(plan: SystemPlan, { disks, networks }: Guest): readonly XlEntry[] {
  return [
    ...listOf('disk', disks, (own) => diskText(plan, own)),
    ...listOf('vif', networks, (own) => networkText(plan, own)),
  ]
}

function listOf<Device extends Entity>(
  key: string,
  devices: readonly Device[],
  textOf: (device: Device) => string,
): readonly XlEntry[] {
  const items = devices.map(({ pointer }) => atKey(pointer))
  const [origin] = items
  return origin ? [{ key, value: devices.map(textOf), origin, items }] : []
}

/** One disk; the target comes last, since everything after `target=` belongs to it. */
export const diskText = (
  plan: SystemPlan,
  { vdev, format, 'read-only': isReadOnly, backend, target }: PvDisk,
): string =>
  [
    `vdev=${vdev}`,
    `format=${format}`,
    `access=${isReadOnly ? 'ro' : 'rw'}`,
    ...(backend === undefined ? [] : [`backend=${nameForXl(plan, backend)}`]),
    `target=${target}`,
  ].join(',')

/** One network. */
export const networkText = (plan: SystemPlan, { mac, bridge, backend }: PvNetwork): string =>
  [
    'type=vif',
    ...(mac === undefined ? [] : [`mac=${mac}`]),
    ...(bridge === undefined ? [] : [`bridge=${bridge}`]),
    ...(backend === undefined ? [] : [`backend=${nameForXl(plan, backend)}`]),
  ].join(',')

/** Dom0 has a name of its own to xl; a domain that Xen started is known by its id before anybody names it. */
export function nameForXl(plan: SystemPlan, backend: string): string {
  const id = bootId(plan, backend)
  return id === undefined ? backend : id === 0 ? 'Domain-0' : String(id)
}
