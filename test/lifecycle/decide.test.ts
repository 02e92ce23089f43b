/** Decisions, each with its reason in the policy. */
import { afterAll, describe, expect, it } from 'vitest'
import {
  type Decision,
  type DomainEvent,
  type DomainState,
  decide,
  decideReset,
  EVENTS,
  type Spent,
  STATES,
} from '../../src/lifecycle/decide.ts'
import type { ManagedDomain } from '../../src/lifecycle/managed.ts'
import { Bench } from '../support/checks/systems.ts'
import { booted, created, DOM0, lifecycleIn, RESETS } from './lives.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const one = (lifecycle: string, more = ''): ManagedDomain => {
  const [managed] = lifecycleIn(bench, [DOM0, booted('one', lifecycle, more)]).domains
  if (!managed) throw new Error('nobody looks after it')
  return managed
}

const FRESH: Spent = { reboots: 'left', attempts: 'left' }

const brief = (decision: Decision): string =>
  decision.do === 'restart'
    ? `restart ${decision.targets.join(',')} as ${decision.counts}`
    : decision.do === 'stop'
      ? `stop: ${decision.why}`
      : decision.do

const says = (managed: ManagedDomain, state: DomainState, event: DomainEvent, spent = FRESH): string =>
  brief(decide(managed, state, event, spent))

const POLICY = 'on-poweroff: stop, on-reboot: restart, on-crash: restart, on-hang: reset-platform, watchdog: 5s'

describe('of what a running domain dies', () => {
  it.each<[string, DomainEvent, string]>([
    ['none', 'poweroff', 'stop: poweroff'],
    ['none', 'reboot', 'restart one as attempts'],
    ['mark', 'reboot', 'restart one as attempts'],
    ['mark', 'marked', 'restart one as reboots'],
    ['module', 'reboot', 'restart one as reboots'],
    ['module', 'crash', 'restart one as attempts'],
    ['module', 'hang', 'reset'],
    ['module', 'silent', 'reset'],
    ['module', 'gone', 'stop: gone'],
    ['module', 'stuck', 'nothing'],
    ['module', 'failed', 'nothing'],
    ['module', 'asked', 'nothing'],
  ])('told by %s: %s', (told, event, expected) => {
    expect(says(one(`{ ${POLICY}, reboot-told-by: ${told} }`), 'run', event)).toBe(expected)
  })

  it('a reset without the mark is a crash, with a policy of its own', () => {
    const managed = one('{ on-reboot: stop, on-crash: restart, reboot-told-by: mark }')
    expect([says(managed, 'run', 'reboot'), says(managed, 'run', 'marked')]).toEqual([
      'restart one as attempts',
      'stop: marked',
    ])
  })
})

describe('what is used up', () => {
  const managed = one('{ reboot-told-by: module }')

  it.each<[DomainEvent, Spent, string]>([
    ['reboot', { reboots: 'left', attempts: 'over' }, 'restart one as reboots'],
    ['reboot', { reboots: 'over', attempts: 'left' }, 'restart one as attempts'],
    ['reboot', { reboots: 'over', attempts: 'over' }, 'stop: given-up'],
    ['crash', { reboots: 'over', attempts: 'left' }, 'restart one as attempts'],
    ['crash', { reboots: 'left', attempts: 'over' }, 'stop: given-up'],
    ['poweroff', { reboots: 'over', attempts: 'over' }, 'stop: poweroff'],
  ])('%s with %o', (event, spent, expected) => {
    expect(says(managed, 'run', event, spent)).toBe(expected)
  })

  it('ends as the manifest says', () => {
    const reset = one('{ attempts: { then: reset-platform } }')
    expect(says(reset, 'run', 'crash', { reboots: 'left', attempts: 'over' })).toBe('reset')
  })
})

it('dependents come back with their backend, in their order, whatever it is restarted for', () => {
  const disk = (name: string, after: string): string =>
    created(name, `{ after: [${after}] }`, "extra-xl: { disk: ['backend=store,vdev=xvda,target=/d'] }")
  const { domains } = lifecycleIn(bench, [
    DOM0,
    disk('ui', 'app'),
    disk('app', 'store'),
    booted('store', '{ on-crash: restart-dependents, on-reboot: restart, reboot-told-by: module }'),
  ])
  const [store] = domains
  if (!store) throw new Error('no store')
  expect([says(store, 'run', 'crash'), says(store, 'run', 'reboot'), says(store, 'torn', 'failed')]).toEqual([
    'restart store,app,ui as attempts',
    'restart store as reboots',
    'restart store as attempts',
  ])
})

describe('a domain that is away', () => {
  const managed = one('{}')

  it('has crashed where it cannot be created, and stays away without what it needs', () => {
    expect(says(managed, 'torn', 'failed')).toBe('restart one as attempts')
    expect(says(managed, 'torn', 'failed', { reboots: 'left', attempts: 'over' })).toBe('stop: given-up')
    expect(says(managed, 'torn', 'bereft')).toBe('stop: bereft')
    expect(says(one('{ on-crash: stop }'), 'torn', 'failed')).toBe('stop: failed')
    expect(says(one('{ on-crash: reset-platform }'), 'torn', 'failed')).toBe('reset')
  })

  it('may leave a corpse behind, but none that holds devices', () => {
    expect(says(managed, 'down', 'stuck')).toBe('proceed')
    const holder = one('{}', "extra-xl: { irqs: ['80'] }")
    expect(says(holder, 'down', 'stuck')).toBe('restart one as attempts')
    expect(says(holder, 'down', 'stuck', { reboots: 'left', attempts: 'over' })).toBe('stop: given-up')
  })

  it('comes when somebody asks for it, and only then', () => {
    expect(says(managed, 'stop', 'asked')).toBe('restart one as nothing')
    expect(EVENTS.filter((event) => says(managed, 'stop', event) !== 'nothing')).toEqual(['asked'])
    const fixed = one('{ on-crash: reset-platform }', 'static-mem: auto')
    expect(says(fixed, 'stop', 'asked')).toBe('nothing')
  })
})

it('every state and event has a decision', () => {
  const managed = one(`{ ${POLICY}, reboot-told-by: mark }`)
  const meant = STATES.map((state) => EVENTS.filter((event) => says(managed, state, event) !== 'nothing').length)
  expect(meant).toEqual([7, 1, 3, 1])
})

it('a machine is reset as long as resets are left, and not at all where the manifest says nothing', () => {
  const limited = lifecycleIn(bench, [DOM0, booted('one', '{}')], [RESETS])
  expect([0, 2, 3, 4].map((done) => decideReset(limited, done))).toEqual(['reset', 'reset', 'stay', 'stay'])
  expect(decideReset({}, 0)).toBe('stay')
})
