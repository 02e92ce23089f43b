/** xl's keys for disks and networks that another domain serves (docs/man/xl-disk-configuration.5.pod.in, xl-network-configuration.5.pod.in). */
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

/** An item of `disk`. The target comes last, since all that follows `target=` belongs to it. `nameOf`: what xl calls the domain that serves it. */
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

/** An item of `vif`. `nameOf`: as for a disk. */
export const networkText = ({ mac, bridge, backend }: PvNetwork, nameOf: (backend: string) => string): string =>
  [
    'type=vif',
    ...(mac === undefined ? [] : [`mac=${mac}`]),
    ...(bridge === undefined ? [] : [`bridge=${bridge}`]),
    ...(backend === undefined ? [] : [`backend=${nameOf(backend)}`]),
  ].join(',')

/**
 * What a configuration calls the domain that serves a device. xl reads the configuration each time it creates a domain, and takes a number for an id without
 * checking that there is such a domain (tools/libs/light/libxl_utils.c: libxl_domain_qualifier_to_domid). A domain that may have been started again by then,
 * with another id, is therefore called by its name.
 */
export const nameForXl = (plan: SystemPlan, backend: string): string =>
  lifecycleOf(plan).domains.some(({ domain }) => domain.name === backend) ? backend : nameAtBoot(plan, backend)

/** The same right after boot, when no domain has been started again. Dom0 has its own name in xl; others may have no name yet, and are called by their ids. */
export function nameAtBoot(plan: SystemPlan, backend: string): string {
  const id = bootId(plan, backend)
  return id === undefined ? backend : id === 0 ? 'Domain-0' : String(id)
}
