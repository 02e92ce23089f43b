import { expect, it } from 'vitest'
import { closed, linesOf } from '../host-tree.ts'

it('is the node without its place and its interrupts, and with what is enabled below it', () => {
  const text = `dev@2000 { compatible = "acme,dev"; reg = <0 0x2000 0 1>; reg-names = "r"; status = "okay"; interrupts = <0 9 4>; interrupt-names = "i";
    #address-cells = <1>; #size-cells = <0>; mdio { phy: phy@1 { reg = <1>; }; off { status = "disabled"; }; }; };`
  expect(linesOf(closed(text, '/dev@2000').node)).toEqual([
    'compatible = "acme,dev";',
    'reg-names = "r";',
    'interrupt-names = "i";',
    '#address-cells = <0x1>;',
    '#size-cells = <0x0>;',
    'mdio {',
    'phy@1 {',
    'reg = <0x1>;',
  ])
})

it('says that it is coherent where a bus above does', () => {
  const text =
    'soc { dma-coherent; #address-cells = <2>; #size-cells = <2>; ranges; dev@2000 { reg = <0 0x2000 0 1>; }; };'
  expect(linesOf(closed(text, '/soc/dev@2000').node)).toEqual(['dma-coherent;'])
})

it('leaves out what the manifest drops, properties and nodes', () => {
  const text = 'dev@2000 { reg = <0 0x2000 0 1>; a; b; one { a; }; two { }; };'
  expect(linesOf(closed(text, '/dev@2000', { drop: ['a', '/dev@2000/two'] }).node)).toEqual(['b;', 'one {'])
})
