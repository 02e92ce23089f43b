/** What the manifest says of the end of domains, and of the machine's. */
import type { Milliseconds } from '../../units/duration.ts'
import type { Entity } from '../entity.ts'

/** What is done when a domain has ended. */
export type LifecycleAction = 'stop' | 'restart' | 'restart-dependents' | 'reset-platform'

/** Of what a domain may die, as far as its policy tells it apart. */
export type Death = 'poweroff' | 'reboot' | 'crash' | 'hang'

export interface Lifecycle extends Entity {
  readonly start: 'auto' | 'manual'
  /** Names of domains, in document order. */
  readonly after: readonly string[]
  readonly 'on-poweroff': LifecycleAction
  /** Absent: it depends on `on-crash`, and on whether the domain can come back. */
  readonly 'on-reboot'?: LifecycleAction
  /** Absent: it depends on whether the domain can come back. */
  readonly 'on-crash'?: LifecycleAction
  /** Absent: it depends on whether the domain can come back. */
  readonly 'on-hang'?: LifecycleAction
  /** Absent: the guest has none. */
  readonly watchdog?: Milliseconds
  /** Absent: the domain need not say that it is up. */
  readonly 'boot-limit'?: Milliseconds
  readonly 'reboot-told-by': 'module' | 'mark' | 'none'
  readonly attempts: RestartAttempts
  readonly backoff: RestartBackoff
  /** Why it may reset the machine; absent: no reason is given. */
  readonly 'may-reset-platform'?: string
}

export interface RestartAttempts extends Entity {
  readonly max: number
  readonly window: Milliseconds
  readonly then: 'stop' | 'reset-platform'
}

export interface RestartBackoff extends Entity {
  readonly first: Milliseconds
  readonly max: Milliseconds
}

/** How often the machine may be reset. */
export interface PlatformResets extends Entity {
  readonly max: number
  /** When dom0 has run for so long, earlier resets are forgotten. */
  readonly 'good-after': Milliseconds
  readonly then: 'stay'
}
