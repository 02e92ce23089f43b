/** `control/lifecycle.json`: the decisions, for other programs (schemas/lifecycle.schema.json). */
import { type Decision, decide, EVENTS, STATES } from '../../lifecycle/decide.ts'
import { END_LIMIT, type EndingDomain } from '../../lifecycle/ends.ts'
import type { ManagedDomain, PlannedLifecycle, Silencing } from '../../lifecycle/managed.ts'
import { BUDGETS, configInDom0 } from '../../lifecycle/table.ts'
import { TICK } from '../../lifecycle/tick.ts'
import { writesDocument } from '../../plan/passthrough/register-writes.ts'
import { type Milliseconds, secondsOf } from '../../units/duration.ts'
import { json } from '../plan-json.ts'

/** The text of the file. */
export const lifecycleJson = (system: string, { domains, resets, ends }: PlannedLifecycle): string =>
  json({
    version: 1,
    system,
    pause: TICK,
    resets: resets ? { max: resets.max, goodAfter: secondsOf(resets['good-after']) } : { max: 0, goodAfter: 0 },
    domains: domains.map(domainDocument),
    ends: { limit: END_LIMIT, levels: ends.map((level) => level.map(endDocument)) },
  })

function domainDocument(managed: ManagedDomain): object {
  const { domain, bootId, lifecycle, needs, dependents } = managed
  const { start, attempts, backoff, watchdog, 'boot-limit': limit, 'may-reset-platform': reason } = lifecycle
  return {
    name: domain.name,
    ...(bootId === undefined ? {} : { bootId }),
    config: configInDom0(domain.name),
    start,
    rebootToldBy: lifecycle['reboot-told-by'],
    ...seconds('watchdog', watchdog),
    ...seconds('bootLimit', limit),
    attempts: { max: attempts.max, window: secondsOf(attempts.window) },
    backoff: { first: secondsOf(backoff.first), max: secondsOf(backoff.max) },
    needs,
    dependents,
    ...silencing(managed),
    ...(reason === undefined ? {} : { mayResetPlatform: reason }),
    decisions: decisionsOf(managed),
  }
}

/** How one domain ends before dom0 goes down. */
const endDocument = ({ domain, bootId, uuid, isAsked, isServed }: EndingDomain): object => ({
  name: domain.name,
  ...(bootId === undefined ? {} : { bootId }),
  ...(uuid === undefined ? {} : { uuid }),
  asked: isAsked,
  otherwise: isServed ? 'remove' : 'leave',
})

const seconds = (key: string, time: Milliseconds | undefined): object =>
  time === undefined ? {} : { [key]: secondsOf(time) }

/** What stops a domain's devices before it is created again; empty if none of them does DMA, or nothing stops any. */
function silencing({ masters }: ManagedDomain): object {
  const quiesce = masters.flatMap(({ device, what, quiesce }) => {
    if (device === undefined || quiesce === undefined) return []
    return [{ device, path: what, ...howSilenced(quiesce) }]
  })
  return quiesce.length === 0 ? {} : { quiesce }
}

function howSilenced(quiesce: Silencing): object {
  switch (quiesce.by) {
    case 'write':
      return { write: writesDocument(quiesce.writes) }
    case 'hook':
      return { hook: quiesce.program }
    case 'reason':
      return { reason: quiesce.reason }
  }
}

/** All decisions but `nothing`. */
const decisionsOf = (managed: ManagedDomain): readonly object[] =>
  STATES.flatMap((state) =>
    EVENTS.flatMap((event) =>
      BUDGETS.flatMap((reboots) =>
        BUDGETS.flatMap((attempts) => {
          const decision: Decision = decide(managed, state, event, { reboots, attempts })
          return decision.do === 'nothing' ? [] : [{ state, event, reboots, attempts, ...decision }]
        }),
      ),
    ),
  )
