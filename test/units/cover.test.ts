import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Cover } from '../../src/units/cover.ts'
import { bytes, type HostPhys, hostPhys } from '../../src/units/quantities.ts'
import { type Range, range, subtract } from '../../src/units/range.ts'

const at = (base: bigint, size: bigint): Range<HostPhys> => range(hostPhys(base), bytes(size))
const anyRange = fc.tuple(fc.bigInt(0n, 100n), fc.bigInt(1n, 20n)).map(([base, size]) => at(base, size))

it('leaves what lies before, between and behind', () => {
  const cover = new Cover([at(10n, 5n), at(20n, 5n), at(15n, 1n)])
  expect(cover.uncovered(at(8n, 20n))).toEqual([at(8n, 2n), at(16n, 4n), at(25n, 3n)])
  expect(cover.uncovered(at(11n, 5n))).toEqual([])
  expect(cover.uncovered(at(16n, 4n))).toEqual([at(16n, 4n)])
})

it('says what subtraction says', () => {
  fc.assert(
    fc.property(fc.array(anyRange), anyRange, (ranges, wanted) => {
      const cover = new Cover(ranges)
      expect(cover.uncovered(wanted)).toEqual(subtract([wanted], ranges))
      expect(cover.covered(wanted)).toEqual(subtract([wanted], cover.uncovered(wanted)))
    }),
  )
})
