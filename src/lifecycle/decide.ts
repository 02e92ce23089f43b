/**
 * The only place that decides what happens to a domain: a function from its state and an event to an action. The table in which the
 * supervisor in dom0 looks up its decisions is generated from it (`table.ts`); `simulate` and the report use it, too.
 */
import type { Death } from '../model/lifecycle/policy.ts'
import { isRestart, type ManagedDomain, type PlannedLifecycle } from './managed.ts'

/** The state of a domain, as the supervisor records it. */
export const STATES = [
  /** It exists, as far as the supervisor knows. */
  'run',
  /** It has ended, or must end; it is removed when its delay is over. */
  'down',
  /** It has been removed; it is created once the domains that it needs are running. */
  'torn',
  /** It stays down. */
  'stop',
] as const
export type DomainState = (typeof STATES)[number]

/** What the supervisor observes of a domain. */
export const EVENTS = [
  'poweroff',
  /** A reset by PSCI; a panic of Linux ends in one, too. */
  'reboot',
  /** The same after the guest has written the mark. */
  'marked',
  'crash',
  /** Its watchdog has expired. */
  'hang',
  /** It has not reported in time that it is up. */
  'silent',
  /** It no longer exists, and the supervisor has not removed it. */
  'gone',
  /** It cannot be removed: something holds its memory. */
  'stuck',
  /** It could not be created. */
  'failed',
  /** A domain that it needs stays down. */
  'bereft',
  /** Its start is requested; no effect if it cannot be created while the machine is running. */
  'asked',
] as const
export type DomainEvent = (typeof EVENTS)[number]

/** Whether any of those that the window allows are left. */
export type Budget = 'left' | 'over'

/** What is left in the window: of intended reboots, and of attempts. */
export interface Spent {
  readonly reboots: Budget
  readonly attempts: Budget
}

export type Decision =
  /** This event has no effect in this state. */
  | { readonly do: 'nothing' }
  | { readonly do: 'stop'; readonly why: DomainEvent | 'given-up' }
  /** The targets are removed, each before those that need it, and created again in the same order; those that are not running stay as they are. */
  | { readonly do: 'restart'; readonly targets: readonly string[]; readonly counts: Counter }
  /** It counts as removed: the remains hold no device. */
  | { readonly do: 'proceed' }
  | { readonly do: 'reset' }

/** What a restart is counted as; only attempts wait. */
export type Counter = 'nothing' | 'reboots' | 'attempts'

const NOTHING: Decision = { do: 'nothing' }

export function decide(managed: ManagedDomain, state: DomainState, event: DomainEvent, spent: Spent): Decision {
  switch (state) {
    case 'run':
      return whileRunning(managed, event, spent)
    case 'down':
      return event === 'stuck' ? whileStuck(managed, spent) : NOTHING
    case 'torn':
      if (event === 'stuck') return whileStuck(managed, spent)
      return whileAway(managed, event, spent)
    case 'stop':
      return event === 'asked' && managed.notRestartable.length === 0
        ? { do: 'restart', targets: [managed.domain.name], counts: 'nothing' }
        : NOTHING
  }
}

function whileRunning(managed: ManagedDomain, event: DomainEvent, spent: Spent): Decision {
  switch (event) {
    case 'poweroff':
      return onPurpose(managed, event, spent)
    case 'reboot':
    case 'marked':
      return isOnPurpose(managed, event) ? onPurpose(managed, event, spent) : byFault(managed, 'reboot', event, spent)
    case 'crash':
      return byFault(managed, 'crash', event, spent)
    case 'hang':
    case 'silent':
      return byFault(managed, 'hang', event, spent)
    case 'gone':
      return { do: 'stop', why: event }
    default:
      return NOTHING
  }
}

/** A reset is a reboot if the guest reports panics in another way, or has marked it. */
const isOnPurpose = ({ lifecycle }: ManagedDomain, event: 'reboot' | 'marked'): boolean =>
  lifecycle['reboot-told-by'] === 'module' || (lifecycle['reboot-told-by'] === 'mark' && event === 'marked')

/** At once, and not counted as an attempt, as long as the budget of reboots lasts. */
function onPurpose(managed: ManagedDomain, event: 'poweroff' | 'reboot' | 'marked', spent: Spent): Decision {
  const death = event === 'poweroff' ? 'poweroff' : 'reboot'
  const action = managed.actions[death]
  if (isRestart(action) && spent.reboots === 'left')
    return { do: 'restart', targets: targetsOf(managed, death), counts: 'reboots' }
  return attempted(managed, death, event, spent)
}

/** With `reboot-told-by: mark`, a reset without the mark counts as a crash. */
function byFault(managed: ManagedDomain, seen: Death, event: DomainEvent, spent: Spent): Decision {
  const death = seen === 'reboot' && managed.lifecycle['reboot-told-by'] === 'mark' ? 'crash' : seen
  return attempted(managed, death, event, spent)
}

function attempted(managed: ManagedDomain, death: Death, event: DomainEvent, { attempts }: Spent): Decision {
  switch (managed.actions[death]) {
    case 'stop':
      return { do: 'stop', why: event }
    case 'reset-platform':
      return { do: 'reset' }
    case 'restart':
    case 'restart-dependents':
      return attempts === 'left'
        ? { do: 'restart', targets: targetsOf(managed, death), counts: 'attempts' }
        : givenUp(managed)
  }
}

const givenUp = ({ lifecycle }: ManagedDomain): Decision =>
  lifecycle.attempts.then === 'stop' ? { do: 'stop', why: 'given-up' } : { do: 'reset' }

const targetsOf = ({ domain, dependents, actions }: ManagedDomain, death: Death): readonly string[] => [
  domain.name,
  ...(actions[death] === 'restart-dependents' ? dependents : []),
]

/** The domain can be created again beside its remains, but not with devices that these still hold. */
function whileStuck(managed: ManagedDomain, { attempts }: Spent): Decision {
  if (!managed.holdsDevices) return { do: 'proceed' }
  return attempts === 'left' ? { do: 'restart', targets: [managed.domain.name], counts: 'attempts' } : givenUp(managed)
}

/** A domain that cannot be created counts as crashed; those that need it wait. */
function whileAway(managed: ManagedDomain, event: DomainEvent, spent: Spent): Decision {
  if (event === 'bereft') return { do: 'stop', why: event }
  if (event !== 'failed') return NOTHING
  const decision = attempted(managed, 'crash', event, spent)
  return decision.do === 'restart' ? { ...decision, targets: [managed.domain.name] } : decision
}

/** What follows a request to reset the machine: if no reset is left, it keeps running. */
export const decideReset = ({ resets }: Pick<PlannedLifecycle, 'resets'>, done: number): 'reset' | 'stay' =>
  done < (resets?.max ?? 0) ? 'reset' : 'stay'
