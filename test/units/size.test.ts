import { describe, expect, it } from 'vitest'
import { formatSize } from '../../src/units/format.ts'
import { bytes } from '../../src/units/quantities.ts'
import { isSizeError, parseSize } from '../../src/units/size.ts'

describe('parseSize', () => {
  it.each([
    ['512MiB', 512n << 20n],
    ['64KiB', 64n << 10n],
    ['2GiB', 2n << 30n],
    ['1TiB', 1n << 40n],
    ['4096', 4096n],
    ['1_024KiB', 1n << 20n],
    ['16 MiB', 16n << 20n],
    [' 64KiB\t', 64n << 10n],
    ['18446744073709551615', (1n << 64n) - 1n],
  ])('reads %s', (text, value) => {
    const size = parseSize(text)
    expect([size, isSizeError(size)]).toEqual([value, false])
  })

  it.each([
    ['64MB', 'decimal-unit'],
    ['64M', 'decimal-unit'],
    ['64k', 'decimal-unit'],
    ['1.5GiB', 'fraction'],
    ['1.25GiB', 'fraction'],
    ['-1MiB', 'not-a-size'],
    ['64Mib', 'unknown-unit'],
    ['64 pages', 'unknown-unit'],
    ['64xM', 'unknown-unit'],
    ['64MBit', 'unknown-unit'],
    ['', 'not-a-size'],
    ['MiB', 'not-a-size'],
    ['0x1000', 'not-a-size'],
    ['18446744073709551616', 'too-large'],
    ['99999999999TiB', 'too-large'],
  ])('refuses %s as %s', (text, reason) => {
    const size = parseSize(text)
    expect([size, isSizeError(size)]).toEqual([reason, true])
  })
})

describe('formatSize', () => {
  it.each([
    [0n, '0 bytes'],
    [1n, '1 byte'],
    [4097n, '4097 bytes'],
    [4096n, '4 KiB'],
    [3n << 29n, '1536 MiB'],
    [1n << 40n, '1 TiB'],
  ])('writes %s exactly', (size, text) => {
    expect(formatSize(bytes(size))).toBe(text)
  })
})
