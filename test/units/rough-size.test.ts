import { expect, it } from 'vitest'
import { roughSize } from '../../src/units/format.ts'
import { bytes, GiB, KiB, MiB, times } from '../../src/units/quantities.ts'

it.each([
  [bytes(1), '1 byte'],
  [bytes(832), '832 bytes'],
  [bytes(9999), '9999 bytes'],
  [bytes(10_001), '9.8 KiB'],
  [times(64, KiB), '64 KiB'],
  [times(1722, MiB), '1722 MiB'],
  [bytes(27_000_000), '25.7 MiB'],
  [times(2_063_504, KiB), '2.0 GiB'],
  [times(3, GiB), '3 GiB'],
])('a size of %s is shown as %s', (size, shown) => expect(roughSize(size)).toBe(shown))
