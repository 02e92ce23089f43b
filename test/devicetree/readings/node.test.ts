import { describe, expect, it } from 'vitest'
import { cells, node, property, strings } from '../../../src/devicetree/build.ts'
import type { DtValue } from '../../../src/devicetree/model.ts'
import {
  addressCells,
  baseName,
  compatibles,
  isAvailable,
  isCompatible,
  phandleOfNode,
  sizeCells,
  unitAddress,
} from '../../../src/devicetree/readings/node.ts'

const withProperty = (name: string, value: DtValue) => node('n@1,2', { properties: [property(name, value)] })
const empty = node('n', {})

describe('readings of a node', () => {
  it('know the defaults of cell counts', () => {
    expect([addressCells(empty), sizeCells(empty)]).toEqual([2, 1])
    expect(addressCells(withProperty('#address-cells', [cells([0])]))).toBe(0)
    expect(sizeCells(withProperty('#size-cells', [cells([2])]))).toBe(2)
    expect(addressCells(withProperty('#address-cells', strings(['x'])))).toBe(2)
  })

  it.each([
    [['okay'], true],
    [['ok'], true],
    [['okay', 'x'], true],
    [['disabled'], false],
    [['OKAY'], false],
    [[''], false],
    [[], false],
  ])('tell whether status %j means available', (values, expected) => {
    expect(isAvailable(withProperty('status', strings(values)))).toBe(expected)
  })

  it('take a node without status as available', () => {
    expect(isAvailable(empty)).toBe(true)
  })

  it('compare compatible without regard to case, whole strings only', () => {
    const gic = withProperty('compatible', strings(['arm,GIC-v3', 'arm,gic']))
    expect(isCompatible(gic, 'arm,gic-v3')).toBe(true)
    expect(isCompatible(gic, 'x', 'ARM,GIC')).toBe(true)
    expect(isCompatible(gic, 'arm,gic-v')).toBe(false)
    expect(isCompatible(empty, '')).toBe(false)
    expect(compatibles(gic)).toEqual(['arm,GIC-v3', 'arm,gic'])
  })

  it('read phandles of both names and refuse impossible ones', () => {
    expect(phandleOfNode(withProperty('phandle', [cells([7])]))).toBe(7)
    expect(phandleOfNode(withProperty('linux,phandle', [cells([8])]))).toBe(8)
    expect(phandleOfNode(withProperty('phandle', [cells([0])]))).toBeUndefined()
    expect(phandleOfNode(withProperty('phandle', [cells([0xffffffff])]))).toBeUndefined()
    expect(phandleOfNode(empty)).toBeUndefined()
  })

  it('take names apart', () => {
    expect([baseName(empty), unitAddress(empty)]).toEqual(['n', undefined])
    expect([baseName(node('n@1,2', {})), unitAddress(node('n@1,2', {}))]).toEqual(['n', '1,2'])
  })
})
