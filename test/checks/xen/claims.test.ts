import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Claim, Claims } from '../../../src/checks/xen/view/claims.ts'
import { inFile } from '../../../src/diagnostics/diagnostic.ts'
import { bytes, hostPhys } from '../../../src/units/quantities.ts'
import { contains, overlaps, range } from '../../../src/units/range.ts'
import { elementsVisited } from '../../work/elements.ts'

const origin = inFile('board.dts')
const place = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 12 }))
  .map(([base, size]) => range(hostPhys(BigInt(base)), bytes(size)))
const claims = fc.array(fc.record({ range: place, kind: fc.constantFrom('reserved memory', 'memory reservation') }))

it('the first conflict is the one that a look at all claims finds', () => {
  fc.assert(
    fc.property(claims, place, fc.constantFrom('4.18', '4.19'), (all, wanted, release) => {
      const known = new Claims(release)
      const list = all.map((claim, index): Claim => ({ ...claim, what: `${index}`, origin }))
      for (const claim of list) known.add(claim)
      const expected = list.find((claim) => {
        if (!overlaps(claim.range, wanted)) return false
        if (claim.kind !== 'memory reservation') return true
        return release === '4.19' && !contains(claim.range, wanted)
      })
      expect(known.conflict(wanted)?.what).toBe(expected?.what)
    }),
    { numRuns: 2000 },
  )
})

const chain = (count: number, size: number) =>
  elementsVisited(() => {
    const known = new Claims('4.20')
    for (let index = 0; index < count; index++) {
      const own = range(hostPhys(BigInt(index) * 8n), bytes(size))
      known.conflict(own)
      known.add({ kind: 'reserved memory', range: own, what: '', origin })
    }
  })

it.each([8, 12])('claims of %i bytes, 8 bytes apart, are not compared with each other one by one', (size) => {
  const [first, second, third] = [4000, 8000, 16000].map((count) => chain(count, size))
  expect(((third ?? 0) - (second ?? 0)) / ((second ?? 0) - (first ?? 0))).toBeLessThan(2.5)
})
