/** What the lock file keeps of a plan: what domforge chose and somebody else sees, no more. */
import { describe, expect, it } from 'vitest'
import { lockText, needsNoLock } from '../../src/emit/lock-file.ts'
import { LOCK_END } from '../../src/facts/lock.ts'
import type { Planned } from '../../src/plan/provenance.ts'
import { bytes, hostPhys } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { dom0less, makePlan } from '../plan/builder.ts'

const bank = (base: bigint, by: 'allocated' | 'lock' | 'manifest') => ({
  value: range(hostPhys(base), bytes(0x1000)),
  ...(by === 'allocated' ? { by, reason: 'test' } : { by, at: 'test' }),
})

type Banks = readonly Planned<ReturnType<typeof bank>['value']>[]

function planWith(ids: Readonly<Record<string, Banks>>) {
  const plan = makePlan({ domains: Object.keys(ids).map((name) => dom0less(name)) })
  return {
    ...plan,
    staticHeap: [bank(0x9000_0000n, 'allocated')],
    dom0less: plan.dom0less.map((guest) => ({ ...guest, staticMem: ids[guest.domain.name] ?? [] })),
  }
}

const entries = (plan: ReturnType<typeof planWith>) =>
  lockText(plan)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

describe('the lock file', () => {
  it('has what was chosen, now or before, sorted by name, with all ranges of an entry in their order', () => {
    const plan = planWith({
      late: [bank(0x8000_0000n, 'lock'), bank(0x7000_0000n, 'lock'), bank(0x6000_0000n, 'allocated')],
      early: [bank(0x5000_0000n, 'manifest')],
    })
    expect(entries(plan)).toEqual([
      'domains/early/order: 2',
      'domains/late/order: 1',
      'domains/late/static-mem: 0x80000000+0x1000,0x70000000+0x1000,0x60000000+0x1000',
    ])
    expect(lockText(plan)).toMatch(new RegExp(`^#.*\\n[^]*\\n${LOCK_END}\\n$`))
    expect(needsNoLock(plan)).toBe(false)
  })

  it('is not needed where nothing of that was chosen', () => {
    expect(needsNoLock(planWith({}))).toBe(true)
    expect(entries(planWith({}))).toEqual([])
  })
})
