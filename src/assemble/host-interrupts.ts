/** Interrupts of the host that xl gives to a domain. */
import type { Guest } from '../model/system-model.ts'
import { interruptIds } from '../passthrough/interrupt-ids.ts'
import { plannedGuest } from '../plan/by-domain.ts'
import type { SystemPlan } from '../plan/system-plan.ts'

/** INTIDs of the devices that `passthrough` and the domain's own tree give, each once. */
export function hostInterrupts(plan: SystemPlan, domain: Guest): readonly number[] {
  const { devices = [], ownTree } = plannedGuest(plan, domain.name) ?? {}
  const given = devices.flatMap(({ nodes }) => nodes.map(({ device }) => device))
  const own = (ownTree?.devices ?? []).flatMap(({ host }) => host ?? [])
  return [...new Set([...given, ...own].flatMap(interruptIds))]
}

/** INTIDs that the user says to xl. */
export const extraInterrupts = (domain: Guest): readonly number[] =>
  domain['extra-xl'].flatMap(({ name, value }) =>
    name === 'irqs' ? [value].flat().flatMap((one) => (/^[0-9]+$/.test(String(one)) ? [Number(one)] : [])) : [],
  )
