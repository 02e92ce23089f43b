import { expect, it } from 'vitest'
import { enabledPlaces, referencesTo } from '../../src/passthrough/reverse-references.ts'
import { hostWith } from './host-tree.ts'

it('says by whom and how each node is named, once per tree', () => {
  const index = hostWith(`
    clk: clk { #clock-cells = <1>; };
    a { clocks = <&clk 1>, <&clk 2>; interrupts = <0 1 4>; b { interrupts-extended = <&gic 0 2 4>; }; };`)
  const to = (path: string): readonly string[] => {
    const place = index.at(path)
    return (
      (place &&
        referencesTo(index)
          .get(place)
          ?.map(({ from, property }) => `${from.path} ${property}`)) ??
      []
    )
  }
  expect(to('/clk')).toEqual(['/a clocks', '/a clocks'])
  expect(to('/gic@1000')).toEqual(['/a interrupts', '/a/b interrupts'])
  expect(referencesTo(index)).toBe(referencesTo(index))
})

it('takes a node for disabled with what is above it', () => {
  const index = hostWith('a { status = "disabled"; b { }; }; c { d { status = "fail"; }; };')
  expect(enabledPlaces(index).map(({ path }) => path)).toEqual(['/', '/gic@1000', '/c'])
})
