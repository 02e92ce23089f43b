/**
 * The one place where it is decided what becomes of a domain: a function from its state and what happened to it to what is done. The table that the
 * supervisor in dom0 looks decisions up in is made of it (`table.ts`), and so are `simulate` and the report.
 */
import type { Death } from '../model/lifecycle/policy.ts'
import { isRestart, type ManagedDomain, type PlannedLifecycle } from './managed.ts'

/** Where a domain is, as the supervisor keeps it. */
export const STATES = [
  /** It exists, as far as anybody knows. */
  'run',
  /** It has ended, or has to; it is removed when its time has come. */
  'down',
  /** Nothing of it is left; it is created when what it needs runs. */
  'torn',
  /** It stays away. */
  'stop',
] as const
export type DomainState = (typeof STATES)[number]

/** What is seen of a domain. */
export const EVENTS = [
  'poweroff',
  /** PSCI's reset, which a panic of Linux is, too. */
  'reboot',
  /** The same after the guest has written the mark. */
  'marked',
  'crash',
  /** Its watchdog has expired. */
  'hang',
  /** It has not said in time that it is up. */
  'silent',
  /** Somebody else has removed it. */
  'gone',
  /** It cannot be removed: something holds its memory. */
  'stuck',
  /** It could not be created. */
  'failed',
  /** What it needs stays away. */
  'bereft',
  /** Somebody asks for it, which changes nothing where it cannot be created while the machine runs. */
  'asked',
] as const
export type DomainEvent = (typeof EVENTS)[number]

/** Whether some are left of what the window allows. */
export type Budget = 'left' | 'over'

/** What was used up in the window: of reboots on purpose, and of attempts. */
export interface Spent {
  readonly reboots: Budget
  readonly attempts: Budget
}

export type Decision =
  /** Not an event in that state. */
  | { readonly do: 'nothing' }
  | { readonly do: 'stop'; readonly why: DomainEvent | 'given-up' }
  /** The targets are removed, the last first, and created again in their order; those that do not run stay as they are. */
  | { readonly do: 'restart'; readonly targets: readonly string[]; readonly counts: Counter }
  /** It counts as removed: what is left of it holds no device. */
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

/** A reset is a reboot where the guest reports panics otherwise, or has marked it. */
const isOnPurpose = ({ lifecycle }: ManagedDomain, event: 'reboot' | 'marked'): boolean =>
  lifecycle['reboot-told-by'] === 'module' || (lifecycle['reboot-told-by'] === 'mark' && event === 'marked')

/** At once and without an attempt, as long as that is not used up. */
function onPurpose(managed: ManagedDomain, event: 'poweroff' | 'reboot' | 'marked', spent: Spent): Decision {
  const death = event === 'poweroff' ? 'poweroff' : 'reboot'
  const action = managed.actions[death]
  if (isRestart(action) && spent.reboots === 'left')
    return { do: 'restart', targets: targetsOf(managed, death), counts: 'reboots' }
  return attempted(managed, death, event, spent)
}

/** A reset that nothing tells from a panic is a crash where a mark would tell. */
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

/** Another domain may have its name and memory meanwhile, but not its devices. */
function whileStuck(managed: ManagedDomain, { attempts }: Spent): Decision {
  if (!managed.holdsDevices) return { do: 'proceed' }
  return attempts === 'left' ? { do: 'restart', targets: [managed.domain.name], counts: 'attempts' } : givenUp(managed)
}

/** A domain that cannot be created has crashed; those that need it wait. */
function whileAway(managed: ManagedDomain, event: DomainEvent, spent: Spent): Decision {
  if (event === 'bereft') return { do: 'stop', why: event }
  if (event !== 'failed') return NOTHING
  const decision = attempted(managed, 'crash', event, spent)
  return decision.do === 'restart' ? { ...decision, targets: [managed.domain.name] } : decision
}

/** Of a machine that is to be reset: with nothing left it stays as it is. */
export const decideReset = ({ resets }: Pick<PlannedLifecycle, 'resets'>, done: number): 'reset' | 'stay' =>
  done < (resets?.max ?? 0) ? 'reset' : 'stay'
