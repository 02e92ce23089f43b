import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32 } from '../../src/units/crc32.ts'

test('the check value of the CRC catalogue', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf4_3926)
  expect(crc32(new Uint8Array())).toBe(0)
})

test("any bytes have zlib's sum", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (data) => {
      expect(crc32(data)).toBe(zlibCrc32(data))
    }),
  )
})
