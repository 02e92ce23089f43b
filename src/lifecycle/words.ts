/** Decisions as text. */
import { doubled, formatDuration, milliseconds, secondsOf } from '../units/duration.ts'
import type { Decision } from './decide.ts'
import type { ManagedDomain } from './managed.ts'

/** A clause about the domain: `stays down`, `comes back after 2 s, attempt 1 of 5 in 10 min`. */
export function decisionText({ lifecycle: { attempts, backoff } }: ManagedDomain, decision: Decision): string {
  switch (decision.do) {
    case 'nothing':
      return 'nothing happens'
    case 'stop':
      return 'stays down'
    case 'proceed':
      return 'counts as removed'
    case 'reset':
      return 'the machine is reset'
    case 'restart': {
      const [, ...dependents] = decision.targets
      const with_ = dependents.length === 0 ? '' : `, and ${dependents.join(', ')} with it`
      return decision.counts === 'attempts'
        ? `comes back after ${formatDuration(backoff.first)}${with_}: attempt 1 of ${attempts.max} in ${formatDuration(attempts.window)}`
        : `comes back at once${with_}`
    }
  }
}

/** Delay before attempt `number`, counted from 1; in seconds. */
export const delayBefore = ({ lifecycle: { backoff } }: ManagedDomain, number: number): number =>
  secondsOf(doubled(backoff.first, number - 1, backoff.max))

/** What happens to it when its attempts are used up. */
export const thenText = ({ lifecycle }: ManagedDomain): string =>
  lifecycle.attempts.then === 'stop' ? 'it stays down' : 'the machine is reset'

export const secondsText = (seconds: number): string => formatDuration(milliseconds(seconds * 1000))
