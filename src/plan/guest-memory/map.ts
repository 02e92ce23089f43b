/** The address map of a guest: everything in it, guest-physical. */
import { byBase } from '../../units/range.ts'
import { regionViewsOf } from '../numbers.ts'
import type { PlannedDom0less, PlannedXl, SystemPlan } from '../system-plan.ts'
import { fixedPlaces, type GuestStretch, isDirectMapped } from './fixed-places.ts'

export type { GuestStretch } from './fixed-places.ts'

/** Guest-physical, ascending. A guest with `direct-map` has RAM, interrupt controller and console where the host has them. */
export function guestMap(plan: SystemPlan, guest: PlannedDom0less | PlannedXl): readonly GuestStretch[] {
  const { domain, ram } = guest
  const isDirect = isDirectMapped(domain)
  const banks = ram.map((bank, index): GuestStretch => {
    const place = isDirect && 'staticMem' in guest ? guest.staticMem?.[index] : undefined
    return {
      what: isDirect ? 'RAM, at its address on the host' : 'RAM',
      range: bank,
      ...(place ? { source: place } : {}),
    }
  })
  return [...fixedPlaces(plan, domain), ...banks, ...sharedWith(plan, domain.name), ...devicesOf(guest)].sort((a, b) =>
    byBase(a.range, b.range),
  )
}

/** The regions that the domain sees; dom0 as well. */
export const sharedWith = (plan: SystemPlan, name: string): readonly GuestStretch[] =>
  regionViewsOf(plan, name).map(({ what, value, source }) => ({ what, range: value, source }))

/** Devices that share a page are one entry. */
function devicesOf({ devices }: PlannedDom0less | PlannedXl): readonly GuestStretch[] {
  const stretches = new Map<string, GuestStretch>()
  for (const { entry, nodes } of devices)
    for (const { guest } of nodes.flatMap(({ parts }) => parts)) {
      const { value, ...source } = guest
      const key = `${value.base}+${value.size}`
      const before = stretches.get(key)
      const name = `'${entry.name}'`
      const what = before ? (before.what.includes(name) ? before.what : `${before.what}, ${name}`) : `device ${name}`
      stretches.set(key, { what, range: value, source: before?.source ?? source })
    }
  return [...stretches.values()]
}
