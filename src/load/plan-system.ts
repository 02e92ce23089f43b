/** Divides the machine and finds room for the files, one after the other, or with the files first where nothing else fits. */
import type { Report } from '../diagnostics/diagnostic.ts'
import type { Facts } from '../facts/facts.ts'
import { EMPTY_LOCK, type Lock } from '../facts/lock.ts'
import { planGuests } from '../guests/guests.ts'
import type { SystemModel } from '../model/system-model.ts'
import { settledMemory } from '../plan/memory.ts'
import { planPartition } from '../plan/partition.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { HostPhys } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import { planLoad, roomsOfFiles } from './load.ts'

/**
 * Every number of a system, or `undefined` where something has no place; what is wrong is reported. The same input gives the same plan.
 *
 * Memory of domains is chosen first, clear of U-Boot, which leaves files the rest of RAM. Where they do not fit there, they are placed first, and memory that
 * may still move gets what they leave, U-Boot's own included: it is free once Xen runs.
 */
export function planSystem(
  model: SystemModel,
  facts: Facts,
  report: Report,
  lock = EMPTY_LOCK,
): SystemPlan | undefined {
  const { plan, said } = bestAttempt(model, facts, lock)
  for (const finding of said) report(...finding)
  return plan
}

function bestAttempt(model: SystemModel, facts: Facts, lock: Lock): Attempt {
  const usual = attempt(model, facts, lock, [])
  if (usual.rooms) return attempt(model, facts, lock, usual.rooms)
  if (!usual.plan || !needsLock(usual.plan)) return usual
  // What came after files once has the same reasons with its lock as without.
  const { rooms } = attempt(model, facts, EMPTY_LOCK, [])
  const again = rooms && attempt(model, facts, lock, rooms)
  return again?.plan && !again.said.some(([code]) => code === 'OUT-008') ? again : usual
}

/** Whether some memory lies where it would not lie without the lock. */
const needsLock = ({ dom0less, regions }: SystemPlan): boolean =>
  [...dom0less.flatMap(({ staticMem = [] }) => staticMem), ...regions.map(({ host }) => host)].some(
    ({ by }) => by === 'lock',
  )

interface Attempt {
  readonly plan?: SystemPlan
  readonly said: readonly Parameters<Report>[]
  /** Where files would lie, those that fit, if they came before all memory that may still move; absent: they have their places. */
  readonly rooms?: readonly Range<HostPhys>[]
}

/** `kept` is for files. */
function attempt(model: SystemModel, facts: Facts, lock: Lock, kept: readonly Range<HostPhys>[]): Attempt {
  const said: Parameters<Report>[] = []
  const report: Report = (...finding) => said.push(finding)
  const partition = planPartition(model, facts, report, lock, kept)
  const guests = partition && planGuests(partition, facts)
  const plan = guests && planLoad(partition, guests, facts, report)
  // What has no place is in no tree: rules over the rest would speak of what follows from it.
  if (said.some(([code]) => code === 'RES-008')) return { said }
  if (plan) return { plan, said }
  return guests ? { said, rooms: roomsOfFiles(partition, guests, facts, settledMemory(partition, lock)) } : { said }
}
