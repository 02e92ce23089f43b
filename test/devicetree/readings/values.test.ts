import { describe, expect, it } from 'vitest'
import { cells, phandleOf, property, strings, text } from '../../../src/devicetree/build.ts'
import type { DtValue } from '../../../src/devicetree/model.ts'
import { cellsOf, stringList, stringValue, u32, u32OrU64, u64 } from '../../../src/devicetree/readings/values.ts'

const bytes = (...values: number[]): DtValue => [{ kind: 'bytes', data: new Uint8Array(values) }]
const p = (value: DtValue) => property('p', value)

describe('readings of values', () => {
  it('read typed parts and bytes alike', () => {
    expect(stringList(p(strings(['a', 'b'])))).toEqual(['a', 'b'])
    expect(stringList(p(bytes(0x61, 0, 0x62, 0)))).toEqual(['a', 'b'])
    expect(cellsOf(p([cells([1]), { kind: 'cells', bits: 64, cells: [2n] }]))).toEqual([1, 0, 2])
    expect(cellsOf(p(bytes(0xff, 0xff, 0xff, 0xfe)))).toEqual([0xfffffffe])
    expect(stringValue(p([text('é')]))).toBe('é')
  })

  it('read bytes that begin anywhere in memory', () => {
    const data = new Uint8Array([9, 9, 9, 0, 0, 0, 7, 9]).subarray(3, 7)
    expect(u32(p([{ kind: 'bytes', data }]))).toBe(7)
  })

  it('take the first string of a list, as Linux and Xen do', () => {
    expect(stringValue(p(strings(['a', 'b'])))).toBe('a')
    expect(stringValue(p(bytes(0x61, 0, 0x62)))).toBe('a')
  })

  it.each([
    ['a missing property', undefined],
    ['no value', p([])],
    ['bytes without NUL', p(bytes(0x61, 0x62))],
    ['an unresolved reference', p([{ kind: 'path', target: { label: 'x' } }])],
  ])('find no string in %s', (_, property) => {
    expect(stringValue(property)).toBeUndefined()
    expect(stringList(property)).toBeUndefined()
  })

  it('find no list in text that does not end', () => {
    expect(stringList(p(bytes(0x61, 0, 0x62)))).toBeUndefined()
  })

  it('want numbers of the right length', () => {
    expect(u32(p([cells([1, 2])]))).toBeUndefined()
    expect(u32(p([]))).toBeUndefined()
    expect(u64(p([cells([1])]))).toBeUndefined()
    expect(u64(p([cells([1, 2])]))).toBe(0x1_0000_0002n)
    expect(u32OrU64(p([cells([3])]))).toBe(3n)
    expect(u32OrU64(p([cells([0xffffffff, 0xffffffff])]))).toBe((1n << 64n) - 1n)
    expect(u32OrU64(p([cells([1, 2, 3])]))).toBeUndefined()
    expect(cellsOf(p(bytes(1, 2, 3)))).toBeUndefined()
    expect(cellsOf(p([cells([phandleOf({ label: 'x' })])]))).toBeUndefined()
    expect(cellsOf(undefined)).toBeUndefined()
    expect(cellsOf(p([]))).toEqual([])
  })
})
