/** In which order domains end when dom0 goes down, and which of them can be asked to end. */
import { lookup } from '../model/lookup.ts'
import type { Guest } from '../model/system-model.ts'
import { mmioDevices } from '../model/virtio/device.ts'
import { bootedGuest } from '../plan/by-domain.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { type Dependence, guestsOf, isServedByKey } from './dependences.ts'
import { hasXenstore } from './sees-xen.ts'
import { uuidOf } from './uuid.ts'

/** How long the domains of one level have to end, in seconds, unless dom0's `/etc/default/domforge` says otherwise. */
export const END_LIMIT = 60

export interface EndingDomain {
  readonly domain: Guest
  /** Its domain id at boot; absent: dom0 creates it. */
  readonly bootId?: number
  /** UUID of the domain that the supervisor creates; absent: it is not supervised. */
  readonly uuid?: string
  /** Whether it has xenstore, through which xl asks it (`control/shutdown`). Only its answer shows whether it listens. */
  readonly isAsked: boolean
  /** Whether another domain or a program serves it a device: then it is removed before that ends. */
  readonly isServed: boolean
}

/** All domains but dom0: each after all that need it, directly or through others. */
export function endLevels(
  plan: SystemPlan,
  dependences: readonly Dependence[],
): readonly (readonly [EndingDomain, ...EndingDomain[]])[] {
  const levels: [EndingDomain, ...EndingDomain[]][] = []
  const known = new Map<string, number>()
  const ends = guestsOf(plan.model).map((domain) => ({ level: levelOf(domain.name, dependences, known), domain }))
  for (const { level, domain } of ends.toSorted((one, other) => one.level - other.level)) {
    const ending = endingDomain(plan, domain)
    const same = levels[level]
    if (same) same.push(ending)
    else levels.push([ending])
  }
  return levels
}

const needing = lookup(({ on }: Dependence) => [on])

/** 0: no other domain needs it. A cycle, which a rule refuses, does not loop here. */
function levelOf(name: string, dependences: readonly Dependence[], known: Map<string, number>): number {
  const before = known.get(name)
  if (before !== undefined) return before
  known.set(name, 0)
  const above = needing(dependences, name).map(({ dependent }) => 1 + levelOf(dependent, dependences, known))
  const level = Math.max(0, ...above)
  known.set(name, level)
  return level
}

function endingDomain(plan: SystemPlan, domain: Guest): EndingDomain {
  const id = bootedGuest(plan, domain.name)?.id.value
  return {
    domain,
    ...(id === undefined ? {} : { bootId: id }),
    ...(domain.lifecycle ? { uuid: uuidOf(plan.model.name, domain.name) } : {}),
    isAsked: hasXenstore(domain),
    isServed:
      domain.disks.length + domain.networks.length > 0 ||
      domain['extra-xl'].some(isServedByKey) ||
      mmioDevices(plan.model.virtio).some(({ frontend }) => frontend === domain.name),
  }
}
