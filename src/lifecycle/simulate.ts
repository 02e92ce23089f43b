/** What happens after an event, step by step, with the decisions of the supervisor. Removing and creating a domain takes no time here. */
import { defined } from '../diagnostics/defined.ts'
import type { Death } from '../model/lifecycle/policy.ts'
import { secondsOf } from '../units/duration.ts'
import {
  type Budget,
  type Counter,
  type Decision,
  type DomainEvent,
  type DomainState,
  decide,
  decideReset,
} from './decide.ts'
import { hooksOf, type ManagedDomain, type PlannedLifecycle } from './managed.ts'
import { seenAs } from './seen.ts'
import { TICK } from './tick.ts'
import { delayBefore } from './words.ts'

/** The event to simulate. */
export type Trial =
  | { readonly kind: 'death'; readonly death: Death; readonly domain: string }
  /** xenstored is lost. */
  | { readonly kind: 'xenstored' }
  /** The supervisor is asked to reset the machine. */
  | { readonly kind: 'reset' }

/** `at` are seconds since the first event. */
export type Step = { readonly at: number } & (
  | { readonly what: 'event'; readonly trial: Trial }
  /** Nothing notices the event: nothing is done. */
  | { readonly what: 'unseen'; readonly domain: string }
  | { readonly what: 'seen'; readonly domain: string; readonly as: DomainEvent }
  | {
      readonly what: 'attempt'
      readonly domain: string
      readonly number: number
      readonly of: number
      readonly delay: number
    }
  | { readonly what: 'removed'; readonly domain: string }
  /** Its device has been stopped from doing DMA. */
  | {
      readonly what: 'silenced'
      readonly domain: string
      readonly device: string
      readonly program: string
      readonly writes?: string
    }
  | { readonly what: 'created'; readonly domain: string }
  | { readonly what: 'stopped'; readonly domain: string; readonly why: DomainEvent | 'given-up' | 'no-reset' }
  /** Resets are counted from 1. */
  | { readonly what: 'reset'; readonly number: number; readonly of: number }
  /** No reset is left: the machine keeps running. */
  | { readonly what: 'stays' }
)

export interface Simulation {
  readonly steps: readonly Step[]
  /** Of each supervised domain, in start order. */
  readonly ends: readonly { readonly domain: string; readonly runs: boolean }[]
}

/** `times` events one after the other, each as soon as its domain runs again; fewer if that does not happen. */
export const simulate = (lifecycle: PlannedLifecycle, trial: Trial, times: number): Simulation =>
  simulateSeries(
    lifecycle,
    Array.from({ length: times }, () => ({ after: 0, trial })),
  )

/** The next event, `after` seconds without one. */
export interface Happening {
  readonly after: number
  readonly trial: Trial
}

/** Different events in one run. Events of domains that are not running are skipped; domains that are created on demand run from the beginning. */
export function simulateSeries(lifecycle: PlannedLifecycle, series: readonly Happening[]): Simulation {
  const machine = new Machine(lifecycle)
  for (const { trial } of series) if (trial.kind === 'death') machine.start(trial.domain)
  for (const { after, trial } of series) {
    machine.pass(after)
    if (machine.canHappen(trial)) machine.happen(trial)
  }
  return { steps: machine.steps, ends: machine.ends }
}

interface Life {
  state: DomainState
  /** The times in the window, in seconds, at which a restart was decided. */
  attempts: readonly number[]
  reboots: readonly number[]
}

class Machine {
  readonly steps: Step[] = []
  readonly #lifecycle: PlannedLifecycle
  readonly #lives = new Map<string, Life>()
  #now = 0
  #booted = 0
  #resets = 0

  constructor(lifecycle: PlannedLifecycle) {
    this.#lifecycle = lifecycle
    this.#boot()
  }

  get ends(): Simulation['ends'] {
    return [...this.#lives].map(([domain, { state }]) => ({ domain, runs: state === 'run' }))
  }

  /** Starts a domain that is created on demand. */
  start(name: string): void {
    this.#life(name).state = 'run'
  }

  pass(seconds: number): void {
    this.#now += seconds
  }

  canHappen(trial: Trial): boolean {
    return trial.kind !== 'death' || this.#lives.get(trial.domain)?.state === 'run'
  }

  happen(trial: Trial): void {
    this.#say({ what: 'event', trial })
    if (trial.kind !== 'death') {
      this.#now += TICK
      this.#reset()
      return
    }
    const managed = this.#managed(trial.domain)
    const event = seenAs(managed, trial.death)
    if (event === undefined) this.#say({ what: 'unseen', domain: trial.domain })
    else {
      this.#now += TICK
      this.#say({ what: 'seen', domain: trial.domain, as: event })
      this.#act(managed, decide(managed, 'run', event, this.#spent(managed)))
    }
  }

  #act(managed: ManagedDomain, decision: Decision): void {
    const { name } = managed.domain
    switch (decision.do) {
      case 'stop':
        this.#lives.set(name, { state: 'stop', attempts: [], reboots: [] })
        this.#say({ what: 'stopped', domain: name, why: decision.why })
        break
      case 'reset':
        this.#lives.set(name, { state: 'stop', attempts: [], reboots: [] })
        if (this.#reset() === 'stay') this.#say({ what: 'stopped', domain: name, why: 'no-reset' })
        break
      case 'restart':
        this.#restart(managed, decision.targets, decision.counts)
        break
      default:
    }
  }

  #restart(managed: ManagedDomain, targets: readonly string[], counts: Counter): void {
    const { name } = managed.domain
    const life = this.#life(name)
    if (counts === 'reboots') life.reboots = [...this.#recent(managed, life.reboots), this.#now]
    if (counts === 'attempts') {
      life.attempts = [...this.#recent(managed, life.attempts), this.#now]
      const number = life.attempts.length
      const delay = delayBefore(managed, number)
      this.#say({ what: 'attempt', domain: name, number, of: managed.lifecycle.attempts.max, delay })
      this.#now += delay
    }
    const gone = targets.filter((target) => target === name || this.#life(target).state === 'run')
    for (const domain of gone) this.#say({ what: 'removed', domain })
    for (const domain of gone) this.#create(this.#managed(domain))
  }

  #create(managed: ManagedDomain): void {
    const domain = managed.domain.name
    if (managed.needs.some((needed) => this.#life(needed).state === 'stop')) {
      this.#say({ what: 'seen', domain, as: 'bereft' })
      this.#act(managed, decide(managed, 'torn', 'bereft', this.#spent(managed)))
      return
    }
    for (const hook of hooksOf(managed)) this.#say({ what: 'silenced', domain, ...hook })
    this.#say({ what: 'created', domain })
  }

  #reset(): 'reset' | 'stay' {
    const { resets } = this.#lifecycle
    if (resets && this.#now - this.#booted >= secondsOf(resets['good-after'])) this.#resets = 0
    const decision = decideReset(this.#lifecycle, this.#resets)
    if (decision === 'stay') this.#say({ what: 'stays' })
    else {
      this.#resets += 1
      this.#say({ what: 'reset', number: this.#resets, of: resets?.max ?? 0 })
      this.#booted = this.#now
      this.#boot()
    }
    return decision
  }

  #boot(): void {
    for (const { domain, lifecycle } of this.#lifecycle.domains)
      this.#lives.set(domain.name, {
        state: lifecycle.start === 'auto' ? 'run' : 'stop',
        attempts: [],
        reboots: [],
      })
  }

  #spent(managed: ManagedDomain): { readonly reboots: Budget; readonly attempts: Budget } {
    const { attempts, reboots } = this.#life(managed.domain.name)
    const budget = (used: readonly number[]): Budget =>
      this.#recent(managed, used).length < managed.lifecycle.attempts.max ? 'left' : 'over'
    return { reboots: budget(reboots), attempts: budget(attempts) }
  }

  #recent({ lifecycle }: ManagedDomain, moments: readonly number[]): readonly number[] {
    return moments.filter((moment) => this.#now - moment < secondsOf(lifecycle.attempts.window))
  }

  #life(name: string): Life {
    return defined(this.#lives.get(name), name)
  }

  #managed(name: string): ManagedDomain {
    return defined(
      this.#lifecycle.domains.find(({ domain }) => domain.name === name),
      name,
    )
  }

  #say(step: DistributiveOmit<Step, 'at'>): void {
    this.steps.push({ at: this.#now, ...step })
  }
}

type DistributiveOmit<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never
