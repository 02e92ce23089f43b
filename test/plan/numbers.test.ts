/** The one list of planned numbers, and whether everything that is written of it says all of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockText } from '../../src/emit/lock-file.ts'
import { planDocument } from '../../src/emit/plan-json.ts'
import { numberFinder } from '../../src/plan/number-finder.ts'
import { isChosen, lockedText, type PlannedNumber, plannedNumbers } from '../../src/plan/numbers.ts'
import type { SystemPlan } from '../../src/plan/system-plan.ts'
import { hex } from '../../src/units/format.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { RPMSG_LINK, systemWith } from '../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const link = {
  ...RPMSG_LINK,
  notify: 'kick',
  buffers: { count: 64, size: 512 },
}
const parts = systemWith([{ name: 'link', lines: link }])
const system = {
  ...parts,
  domains: (parts.domains ?? []).map((line) => line.replace('memory:', 'static-mem: auto, memory:')),
}

let plan: SystemPlan
let numbers: readonly PlannedNumber[]
beforeAll(() => {
  const outcome = bench.outcomeOf(manifestOf(system))
  expect(outcome.findings.all.filter(({ severity }) => severity === 'error')).toEqual([])
  if (!outcome.plan) throw new Error('no plan')
  plan = outcome.plan
  numbers = plannedNumbers(plan)
})

describe('the list of numbers', () => {
  it('has every kind that this system has', () => {
    const kinds = [...new Set(numbers.map(({ kind }) => kind))].sort()
    expect(kinds).toEqual(['device-place', 'domain-id', 'file', 'memory', 'port', 'region-id', 'region-view'])
  })

  it('has one number at each key, but for memory in pieces', () => {
    const keys = numbers.filter(({ kind }) => kind !== 'memory').map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('is what the lock has, in words that the lock is read by', () => {
    const kept = numbers.filter(({ isKept, source }) => isKept && isChosen(source))
    expect(kept.length).toBeGreaterThan(5)
    bench.put('system.lock.yaml', lockText(plan))
    const again = bench.outcomeOf(manifestOf(system))
    bench.drop('system.lock.yaml')
    expect(again.lock?.text).toBe(lockText(plan))
    expect(Object.fromEntries(again.lock?.before.entries ?? [])).toEqual(
      Object.fromEntries(kept.map((number) => [number.key, lockedText(number)])),
    )
  })

  it('stands in plan.json whole, with its sources', () => {
    const written = new Set(sourced(planDocument(plan)))
    for (const { value, source, key } of numbers) {
      const first = typeof value === 'object' ? hex(value.base) : value
      expect([...written], key).toContain(JSON.stringify({ value: first, ...source }))
    }
  })

  it('is found by kind and key', () => {
    const find = numberFinder(plan)
    for (const number of numbers) expect(find.all(number.kind, number.key)).toContainEqual(number)
    expect(() => find.one('port', 'event-channels/none/ends/one/port')).toThrow('port event-channels/none')
  })
})

/** Everything in a document that has a value and a source, as JSON. */
function sourced(document: unknown): readonly string[] {
  if (typeof document !== 'object' || document === null) return []
  const own = 'value' in document && 'by' in document ? [JSON.stringify(document)] : []
  return [...own, ...Object.values(document).flatMap(sourced)]
}
