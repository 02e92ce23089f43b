/** How the lock says ranges and numbers, and what is said where one cannot be kept (OUT-008). */
import { describe, expect, it } from 'vitest'
import { atKey } from '../../../src/diagnostics/diagnostic.ts'
import { Findings } from '../../../src/diagnostics/findings.ts'
import { lockedNumber, rangesIn, rangesText, reportMoved } from '../../../src/plan/lock/values.ts'
import { bytes, hostPhys } from '../../../src/units/quantities.ts'
import { range } from '../../../src/units/range.ts'

const span = (base: bigint, size: bigint) => range(hostPhys(base), bytes(size))

describe('values of the lock', () => {
  it('are ranges in hexadecimal, base and size', () => {
    const text = '0x60000000+0x8000000,0x90000000+0x1000'
    const ranges = [span(0x6000_0000n, 0x800_0000n), span(0x9000_0000n, 0x1000n)]
    expect(rangesIn(text, hostPhys)).toEqual(ranges)
    expect(rangesText(ranges)).toBe(text)
  })

  it('are numbers in decimal, where there is an entry', () => {
    const lock = { entries: new Map([['domains/a/order', '12']]) }
    expect(lockedNumber(lock, 'domains/a/order')).toBe(12)
    expect(lockedNumber(lock, 'domains/b/order')).toBeUndefined()
  })
})

describe('OUT-008', () => {
  const message = (before: ReturnType<typeof span>[], now: ReturnType<typeof span>[]) => {
    const findings = new Findings()
    reportMoved(findings.report, atKey('/domains/a'), "RAM of 'a'", before, now)
    expect(findings.all.map(({ code, at }) => [code, at])).toEqual([['OUT-008', atKey('/domains/a')]])
    return findings.all[0]?.message
  }

  it('names both places, and what took the old one', () => {
    expect(message([span(0x1000n, 0x1000n), span(0x4000n, 0x2000n)], [span(0x8000n, 0x3000n)])).toBe(
      "RAM of 'a' moves from [0x1000..0x2000), [0x4000..0x6000) to [0x8000..0xb000): something else is there now",
    )
  })

  it('says where it only changed its size', () => {
    expect(message([span(0x1000n, 0x1000n)], [span(0x8000n, 0x1000n), span(0xa000n, 0x1000n)])).toBe(
      "RAM of 'a' moves from [0x1000..0x2000) to [0x8000..0x9000), [0xa000..0xb000): its size changed, and it does not fit there",
    )
  })
})
