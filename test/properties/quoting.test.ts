/** What is printed for another program is read back as the same value. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ubootWord } from '../../src/emit/uboot-quoting.ts'
import { xlString, xlValue } from '../../src/emit/xl-quoting.ts'
import { newHush, oldHush } from '../support/emit/hush.ts'
import { readXl } from './xl-parser.ts'

const printable = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
  maxLength: 40,
})
const awkward = fc.string({
  unit: fc.constantFrom("'", '"', '\\', '$', ';', '#', ' ', '`', '=', 'a', '*', '&'),
  maxLength: 12,
})
const hostile = fc.oneof(printable, awkward)

describe("a word of U-Boot's script", () => {
  it('is the value again in the old shell', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(oldHush(`echo ${ubootWord(value)} end`)).toEqual(['echo', value, 'end'])
      }),
    )
  })

  it('is the value again in the new shell', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(newHush(`echo ${ubootWord(value)} end`)).toEqual(['echo', value, 'end'])
      }),
    )
  })

  it('stays as it is where nothing is special', () => {
    expect(['Image', '0:1', 'guests/a-b_c.cpio.gz', '0xffffffffffffffff'].map(ubootWord)).toEqual([
      'Image',
      '0:1',
      'guests/a-b_c.cpio.gz',
      '0xffffffffffffffff',
    ])
  })
})

const anyText = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0'))

describe('a value of an xl configuration', () => {
  it('is the same text again', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, anyText), (value) => {
        expect(readXl(`key = ${xlString(value)}`)).toEqual(value)
      }),
    )
  })

  it('is the same list again', () => {
    fc.assert(
      fc.property(fc.array(hostile), (value) => {
        expect(readXl(`key = ${xlValue(value)}`)).toEqual(value)
      }),
    )
  })

  it('is the same number again', () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        expect(BigInt(String(readXl(`key = ${xlValue(value)}`)))).toEqual(value)
      }),
    )
  })
})
