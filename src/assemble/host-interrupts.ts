/** Interrupts of the host that xl gives to a domain. */
import { atKey, type Origin } from '../diagnostics/diagnostic.ts'
import type { Guest } from '../model/system-model.ts'
import { interruptIds } from '../passthrough/interrupt-ids.ts'
import { plannedGuest } from '../plan/by-domain.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { firsts } from './firsts.ts'

/** INTIDs of devices that `passthrough` and the domain's own tree give, each once, with the origin of the first that gives it. */
export function hostInterrupts(plan: SystemPlan, domain: Guest): ReadonlyMap<number, Origin> {
  const { devices = [], ownTree } = plannedGuest(plan, domain.name) ?? {}
  const given = devices.flatMap(({ entry, nodes }) =>
    nodes.flatMap(({ device }) => interruptIds(device).map((id) => [id, atKey(entry.pointer)] as const)),
  )
  const own = (ownTree?.devices ?? []).flatMap(({ host, at }) =>
    host ? interruptIds(host).map((id) => [id, at] as const) : [],
  )
  return firsts([...given, ...own])
}

/** INTIDs in `irqs` of the domain's `extra-xl`. */
export const extraInterrupts = (domain: Guest): readonly number[] =>
  domain['extra-xl'].flatMap(({ name, value }) =>
    name === 'irqs' ? [value].flat().flatMap((one) => (/^[0-9]+$/.test(String(one)) ? [Number(one)] : [])) : [],
  )
