/** Ids of boot-time domains follow the order of their nodes: what the lock keeps of it, and what is said when it cannot (OUT-007). */
import { describe, expect, it } from 'vitest'
import { Findings } from '../../../src/diagnostics/findings.ts'
import { forgetting, type Lock } from '../../../src/facts/lock.ts'
import { inLockedOrder, reportRenumbered } from '../../../src/plan/lock/order.ts'
import { dom0less } from '../builder.ts'

const lock = (order: Readonly<Record<string, number>>): Lock => ({
  entries: new Map(Object.entries(order).map(([name, place]) => [`domains/${name}/order`, String(place)])),
})
const domains = (...names: readonly string[]) => names.map((name) => dom0less(name))

describe('the order of domains', () => {
  const ordered = (names: readonly string[], order: Readonly<Record<string, number>>) =>
    inLockedOrder(domains(...names), lock(order)).map(({ name }) => name)

  it("is the manifest's without a lock", () => {
    expect(ordered(['c', 'a', 'b'], {})).toEqual(['c', 'a', 'b'])
  })

  it("is the lock's, then that of new domains in the manifest", () => {
    expect(ordered(['new', 'a', 'b', 'c', 'newer'], { c: 1, a: 2, b: 10 })).toEqual(['c', 'a', 'b', 'new', 'newer'])
    expect(ordered(['a', 'b', 'c'], { a: 11, b: 2, c: 1 })).toEqual(['c', 'b', 'a'])
  })

  it('is the same after a lock of it', () => {
    const order = ordered(['x', 'a', 'b', 'y'], { b: 1, a: 2 })
    expect(order).toEqual(['b', 'a', 'x', 'y'])
    const locked = Object.fromEntries(order.map((name, index) => [name, index + 1]))
    expect(ordered(['y', 'x', 'b', 'a'], locked)).toEqual(order)
  })

  it('forgets a domain that is to be placed anew', () => {
    const kept = forgetting(lock({ c: 1, b: 2, a: 3 }), ['c'])
    expect(inLockedOrder(domains('a', 'b', 'c'), kept).map(({ name }) => name)).toEqual(['b', 'a', 'c'])
  })
})

describe('OUT-007', () => {
  const reported = (names: readonly string[], order: Readonly<Record<string, number>>) => {
    const findings = new Findings()
    reportRenumbered(domains(...names), lock(order), findings.report)
    return findings.all.map(({ code, at, message, related }) => ({ code, at, message, related }))
  }
  const at = (name: string) => ({ kind: 'manifest', pointer: `/domains/${name}`, on: 'key' })

  it('is not said where every domain keeps its id, or has none yet', () => {
    expect(reported(['a', 'b', 'new'], { a: 1, b: 2 })).toEqual([])
  })

  it('is said once, with all that move and the one that is gone', () => {
    expect(reported(['b', 'c'], { a: 1, b: 2, c: 3 })).toEqual([
      {
        code: 'OUT-007',
        at: at('b'),
        message: "'b' becomes domain 1, and was domain 2: 'a' is gone",
        related: [{ at: at('c'), message: "'c' becomes domain 2, and was domain 3" }],
      },
    ])
  })

  it('names several that are gone, and nothing but domains', () => {
    const entries = new Map([
      ...lock({ front: 1, b: 2, c: 3 }).entries,
      ['shared-memory/x/order', '9'],
      ['x/domains/x/order', '9'],
      ['domains/x/order/y', '9'],
    ])
    const findings = new Findings()
    reportRenumbered(domains('c'), { entries }, findings.report)
    expect(findings.all.map(({ message }) => message)).toEqual([
      "'c' becomes domain 1, and was domain 3: 'front', 'b' are gone",
    ])
  })

  it('says so where a domain comes before, which happens to a hardware domain that was not last', () => {
    expect(reported(['new', 'a'], { a: 1 }).map(({ message }) => message)).toEqual([
      "'a' becomes domain 2, and was domain 1: another comes before it",
    ])
  })
})
