/** Sizes of queues against numbers worked out by hand from the specification. */
import { describe, expect, it } from 'vitest'
import { legacyRing, packed, packedRing, splitRing } from '../../src/devices/rings.ts'
import { bytes } from '../../src/units/quantities.ts'

/** entries, descriptors, available, used, used at, split in all, legacy used at, legacy in all (multiples of 4096), packed in all,
 * Linux's `vring_size` (the legacy ring without what its end is rounded up by). */
const VECTORS = [
  [8, 128, 22, 70, 152, 222, 4096, 8192, 136, 4166],
  [16, 256, 38, 134, 296, 430, 4096, 8192, 264, 4230],
  [32, 512, 70, 262, 584, 846, 4096, 8192, 520, 4358],
  [64, 1024, 134, 518, 1160, 1678, 4096, 8192, 1032, 4614],
  [128, 2048, 262, 1030, 2312, 3342, 4096, 8192, 2056, 5126],
  [256, 4096, 518, 2054, 4616, 6670, 8192, 12288, 4104, 10246],
  [512, 8192, 1030, 4102, 9224, 13326, 12288, 20480, 8200, 16390],
  [1024, 16384, 2054, 8198, 18440, 26638, 20480, 32768, 16392, 28678],
  [32768, 524288, 65542, 262150, 589832, 851982, 593920, 860160, 524296, 856070],
] as const

describe.each(VECTORS)('a queue of %i', (entries, ...expected) => {
  it('has the sizes of the specification', () => {
    const split = splitRing(entries)
    const { descriptors, available, used } = split
    const whole = packed([descriptors, available, used])
    const legacy = legacyRing(entries, bytes(4096))
    const { ring, driverEvents, deviceEvents } = packedRing(entries)
    const sizes = [
      descriptors.size,
      available.size,
      used.size,
      whole.offsets[2],
      whole.size,
      legacy.usedAt,
      legacy.size,
    ]
    const linux = bytes(legacy.usedAt + used.size)
    expect([...sizes, packed([ring, driverEvents, deviceEvents]).size, linux].map(Number)).toEqual(expected)
  })
})

it('parts that are to lie apart do', () => {
  const { descriptors, available, used } = splitRing(4)
  expect(packed([descriptors, available, used], bytes(64)).offsets.map(Number)).toEqual([0, 64, 128])
})
