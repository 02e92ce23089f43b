import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSize } from '../../src/units/format.ts'
import { alignDown, alignUp, bytes, type HostPhys, hostPhys, isAligned } from '../../src/units/quantities.ts'
import {
  containsAddress,
  end,
  intersection,
  merge,
  overlaps,
  type Range,
  range,
  subtract,
  totalSize,
} from '../../src/units/range.ts'
import { parseSize } from '../../src/units/size.ts'

const small = fc.bigInt({ min: 0n, max: 200n })
const ranges = fc.array(
  fc.tuple(small, fc.bigInt({ min: 1n, max: 40n })).map(([base, size]) => range(hostPhys(base), bytes(size))),
  { maxLength: 12 },
)
const isIn = (all: readonly Range<HostPhys>[], address: bigint): boolean =>
  all.some((r) => containsAddress(r, hostPhys(address)))
const everyAddress = [...Array(260).keys()].map(BigInt)

describe('ranges as sets of addresses', () => {
  it('merge keeps every address once, ascending, without touching neighbours', () => {
    fc.assert(
      fc.property(ranges, (all) => {
        const merged = merge(all)
        for (const address of everyAddress) expect(isIn(merged, address)).toBe(isIn(all, address))
        for (const [i, r] of merged.entries()) if (i > 0) expect(end(merged[i - 1] ?? r) < r.base).toBe(true)
      }),
    )
  })

  it('subtract leaves exactly what no hole holds', () => {
    fc.assert(
      fc.property(ranges, ranges, (all, holes) => {
        const left = subtract(all, holes)
        for (const address of everyAddress)
          expect(isIn(left, address)).toBe(isIn(all, address) && !isIn(holes, address))
        expect(totalSize(left)).toBe(BigInt(everyAddress.filter((a) => isIn(left, a)).length))
      }),
    )
  })

  it('overlaps and intersection agree', () => {
    fc.assert(
      fc.property(
        ranges.filter((all) => all.length > 1),
        ([a, b]) => {
          if (!a || !b) return
          const common = intersection(a, b)
          expect(common !== undefined).toBe(overlaps(a, b))
          for (const address of everyAddress)
            expect(common !== undefined && isIn([common], address)).toBe(isIn([a], address) && isIn([b], address))
        },
      ),
    )
  })
})

describe('quantities', () => {
  it('align to the nearest multiple on the right side', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 60n }), fc.integer({ min: 0, max: 30 }), (value, shift) => {
        const alignment = bytes(1n << BigInt(shift))
        const up = alignUp(bytes(value), alignment)
        const down = alignDown(bytes(value), alignment)
        expect(isAligned(up, alignment) && isAligned(down, alignment)).toBe(true)
        expect(down <= value && value <= up && up - down <= alignment).toBe(true)
      }),
    )
  })

  it('are read back from what is printed', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (value) => {
        const printed = formatSize(bytes(value)).replace(/ bytes?$/, '')
        expect(parseSize(printed)).toBe(value)
      }),
    )
  })
})
