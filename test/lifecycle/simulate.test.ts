/** What happens when something ends, in time. */
import { afterAll, describe, expect, it } from 'vitest'
import { lifecycleJson } from '../../src/emit/lifecycle/json.ts'
import { lifecycleOf } from '../../src/lifecycle/managed.ts'
import { simulate, type Trial } from '../../src/lifecycle/simulate.ts'
import { stepText } from '../../src/lifecycle/step-text.ts'
import { tableRows } from '../../src/lifecycle/table.ts'
import type { Death } from '../../src/model/lifecycle/policy.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { booted, created, DOM0, lifecycleIn, RESETS } from './lives.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const dies = (domain: string, death: Death): Trial => ({ kind: 'death', death, domain })

function run(domains: readonly string[], trial: Trial, times = 1, end: readonly string[] = []) {
  const { steps, ends } = simulate(lifecycleIn(bench, [DOM0, ...domains], end), trial, times)
  return {
    steps: steps.map((step) => `${step.at}: ${stepText(step)}`),
    runs: ends.filter(({ runs }) => runs).map(({ domain }) => domain),
  }
}

describe('a crash', () => {
  it('takes attempts with growing delays, up to the last', () => {
    const policy = '{ attempts: { max: 3, window: 5min }, backoff: { first: 10s, max: 15s } }'
    const { steps, runs } = run([booted('one', policy)], dies('one', 'crash'), 9)
    expect(steps.filter((step) => /attempt/.test(step))).toEqual([
      '2: one: attempt 1 of 3, in 10 s',
      '14: one: attempt 2 of 3, in 15 s',
      '31: one: attempt 3 of 3, in 15 s',
      '48: one stays down: its attempts are used up',
    ])
    expect(runs).toEqual([])
  })

  it('is forgotten after the window', () => {
    const policy = '{ attempts: { max: 1, window: 5s }, backoff: { first: 3s, max: 3s } }'
    const { steps } = run([booted('one', policy)], dies('one', 'crash'), 3)
    expect(steps.filter((step) => /attempt/.test(step))).toEqual(
      [2, 7, 12].map((at) => `${at}: one: attempt 1 of 1, in 3 s`),
    )
  })

  it('takes dependents along that run, and leaves others alone', () => {
    const domains = [
      booted('store', '{ on-crash: restart-dependents }'),
      created('app', '{ after: [store] }'),
      created('tool', '{ after: [store], start: manual }'),
      booted('other', '{}'),
    ]
    expect(run(domains, dies('store', 'crash')).steps.slice(3)).toEqual([
      '4: store is removed',
      '4: app is removed',
      '4: store is created and runs',
      '4: app is created and runs',
    ])
  })
})

describe('a machine', () => {
  const watched = booted('one', '{ on-crash: reset-platform, reboot-told-by: module }')

  it('is reset until no reset is left, and then goes on without who asked', () => {
    const { steps, runs } = run([watched, booted('two', '{}')], dies('one', 'crash'), 9, [RESETS])
    expect(steps.filter((step) => /reset|goes on|down/.test(step))).toEqual([
      '2: the machine is reset, 1 of 3',
      '4: the machine is reset, 2 of 3',
      '6: the machine is reset, 3 of 3',
      '8: no reset is left: the machine keeps running as it is',
      '8: one stays down: what it asked for is not done',
    ])
    expect(runs).toEqual(['two'])
  })

  it('forgets resets after a good run', () => {
    const { steps } = run([watched], { kind: 'reset' }, 5, ['platform-resets: { max: 1, good-after: 2s }'])
    expect(steps.filter((step) => /is reset, 1 of 1/.test(step))).toHaveLength(5)
  })

  it('is reset when xenstored is lost, where it may be', () => {
    expect(run([watched], { kind: 'xenstored' }, 1, [RESETS]).steps).toContain('2: the machine is reset, 1 of 3')
    expect(run([booted('one', '{}')], { kind: 'xenstored' }).steps).toContain(
      '2: no reset is left: the machine keeps running as it is',
    )
  })
})

it('nobody sees a hang without a watchdog', () => {
  expect(run([booted('one', '{}')], dies('one', 'hang'))).toEqual({
    steps: ['0: one hangs', '0: it goes unnoticed: one stays as it is'],
    runs: ['one'],
  })
})

it('a domain that is created on demand is taken to run', () => {
  expect(run([created('one', '{ start: manual }')], dies('one', 'poweroff')).steps).toContain(
    '2: one stays down, as its lifecycle says',
  )
})

const silenced = (quiesce: string) => {
  const device = `passthrough: { network: { path: /ethernet@a000000, quiesce: ${quiesce} } }`
  const end = ['platform-resets: { max: 3 }']
  const text = manifestOf({ board: 'given-board.dts', domains: [DOM0, created('one', '{}', device)], end })
  const { plan } = bench.outcomeOf(text.replace('given-board.dts', 'given-board.dts, enable: [/iommu@9050000]'))
  if (!plan) throw new Error('no plan')
  const lifecycle = lifecycleOf(plan)
  const { steps } = simulate(lifecycle, dies('one', 'crash'), 1)
  const written = JSON.parse(lifecycleJson('system', lifecycle)).domains[0].quiesce
  const rows = tableRows(lifecycle).filter(([kind]) => kind === 'before')
  return { steps: steps.slice(-3).map(stepText), written, rows: rows.map((words) => words.join(' ')) }
}

it('quiesces the devices of a domain before it is created again by a program', () => {
  expect(silenced('{ hook: /usr/lib/board/silence }')).toEqual({
    steps: ['one is removed', '/usr/lib/board/silence quiesces network of one', 'one is created and runs'],
    written: [{ device: 'network', path: '/ethernet@a000000', hook: '/usr/lib/board/silence' }],
    rows: ['before one network /usr/lib/board/silence'],
  })
})

it('quiesces them by writing their registers, ascending, at the addresses of the host', () => {
  const writes = '0xa000000=0x0,0xa000018=0xffffffff,0xa000100=0x7'
  expect(silenced('{ write: { 0x1_00: 7, 0x0: 0x0, 24: 0xffff_ffff } }')).toEqual({
    steps: [
      'one is removed',
      `/usr/lib/domforge/quiesce-write quiesces network of one: ${writes}`,
      'one is created and runs',
    ],
    written: [
      {
        device: 'network',
        path: '/ethernet@a000000',
        write: [
          { address: '0xa000000', value: '0x0' },
          { address: '0xa000018', value: '0xffffffff' },
          { address: '0xa000100', value: '0x7' },
        ],
      },
    ],
    rows: [`before one network /usr/lib/domforge/quiesce-write ${writes}`],
  })
})
