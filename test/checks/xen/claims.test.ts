import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Claim, Claims, isOverlooked } from '../../../src/checks/xen/view/claims.ts'
import { inFile } from '../../../src/diagnostics/diagnostic.ts'
import { bytes, hostPhys } from '../../../src/units/quantities.ts'
import { contains, overlaps, range } from '../../../src/units/range.ts'
import { elementsVisited } from '../../work/elements.ts'

const origin = inFile('board.dts')
const place = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 12 }))
  .map(([base, size]) => range(hostPhys(BigInt(base)), bytes(size)))
const claims = fc.array(fc.record({ range: place, kind: fc.constantFrom('reserved memory', 'memory reservation') }))

const releases = fc.constantFrom('4.18' as const, '4.19' as const)
const kinds = fc.constantFrom('reserved memory' as const, 'static memory' as const, 'shared memory' as const)

it('the first conflict is the one that a look at all claims finds', () => {
  fc.assert(
    fc.property(claims, place, releases, kinds, (all, wanted, release, kind) => {
      const known = new Claims(release)
      const list = all.map((claim, index): Claim => ({ ...claim, what: `${index}`, origin }))
      for (const claim of list) known.add(claim)
      const expected = list.find((claim) => {
        if (!overlaps(claim.range, wanted)) return false
        if (claim.kind !== 'memory reservation') return true
        return kind !== 'reserved memory' || (release === '4.19' && !contains(claim.range, wanted))
      })
      expect(known.conflict(wanted, kind)?.what).toBe(expected?.what)
    }),
    { numRuns: 2000 },
  )
})

const chain = (count: number, size: number) =>
  elementsVisited(() => {
    const known = new Claims('4.20')
    for (let index = 0; index < count; index++) {
      const own = range(hostPhys(BigInt(index) * 8n), bytes(size))
      known.conflict(own, 'reserved memory')
      known.add({ kind: 'reserved memory', range: own, what: '', origin })
    }
  })

it.each([8, 12])('claims of %i bytes, 8 bytes apart, are not compared with each other one by one', (size) => {
  const [first, second, third] = [4000, 8000, 16000].map((count) => chain(count, size))
  expect(((third ?? 0) - (second ?? 0)) / ((second ?? 0) - (first ?? 0))).toBeLessThan(2.5)
})

it.each([
  ['4.18', 'shared memory', 0, true],
  ['4.18', 'static memory', 12, true],
  ['4.19', 'shared memory', 0, false],
  ['4.19', 'static memory', 0, true],
  ['4.19', 'static heap', 12, false],
] as const)('Xen %s overlooks %s at %i in a reservation: %s', (release, kind, base, expected) => {
  const reservation: Claim = { kind: 'memory reservation', range: range(hostPhys(0n), bytes(16)), what: '', origin }
  expect(isOverlooked({ kind, range: range(hostPhys(BigInt(base)), bytes(8)) }, reservation, release)).toBe(expected)
})
