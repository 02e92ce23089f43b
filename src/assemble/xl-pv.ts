/** xl's words for disks and networks that another domain serves (docs/man/xl-disk-configuration.5.pod.in, xl-network-configuration.5.pod.in). */
import { atKey } from '../diagnostics/diagnostic.ts'
import { lifecycleOf } from '../lifecycle/managed.ts'
import type { Entity } from '../model/entity.ts'
import type { PvDisk, PvNetwork } from '../model/pv-devices.ts'
import type { Guest } from '../model/system-model.ts'
import { bootId } from '../plan/by-domain.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { XlEntry } from './assembly.ts'

/** `disk` and `vif` of a configuration. */
export function pvEntries(plan: SystemPlan, { disks, networks }: Guest): readonly XlEntry[] {
  return [
    ...listOf('disk', disks, (own) => diskText(own, (backend) => nameForXl(plan, backend))),
    ...listOf('vif', networks, (own) => networkText(own, (backend) => nameForXl(plan, backend))),
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

/** One disk; the target comes last, since everything after `target=` belongs to it. `nameOf` says how xl is told which domain serves it. */
export const diskText = (
  { vdev, format, 'read-only': isReadOnly, backend, target }: PvDisk,
  nameOf: (backend: string) => string,
): string =>
  [
    `vdev=${vdev}`,
    `format=${format}`,
    `access=${isReadOnly ? 'ro' : 'rw'}`,
    ...(backend === undefined ? [] : [`backend=${nameOf(backend)}`]),
    `target=${target}`,
  ].join(',')

/** One network; `nameOf` as for a disk. */
export const networkText = ({ mac, bridge, backend }: PvNetwork, nameOf: (backend: string) => string): string =>
  [
    'type=vif',
    ...(mac === undefined ? [] : [`mac=${mac}`]),
    ...(bridge === undefined ? [] : [`bridge=${bridge}`]),
    ...(backend === undefined ? [] : [`backend=${nameOf(backend)}`]),
  ].join(',')

/**
 * How a configuration names the domain that serves a device. It is read each time its domain is created, and xl takes a number for an id without
 * looking whether there is such a domain: one that may have come back by then, with another id, is named by what the supervisor calls it.
 * Source: tools/libs/light/libxl_utils.c: libxl_domain_qualifier_to_domid.
 */
export const nameForXl = (plan: SystemPlan, backend: string): string =>
  lifecycleOf(plan).domains.some(({ domain }) => domain.name === backend) ? backend : nameAtBoot(plan, backend)

/** The same while all domains that Xen has started are in their first life. Dom0 has a name of its own to xl; the others are known by their ids before anybody names them. */
export function nameAtBoot(plan: SystemPlan, backend: string): string {
  const id = bootId(plan, backend)
  return id === undefined ? backend : id === 0 ? 'Domain-0' : String(id)
}
