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

const glued = (outer: string, inner: string): readonly unknown[] =>
  closed(
    `soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0 0xf0000000>; ${outer}
       glue@2000 { reg = <0x2000 1>; #address-cells = <1>; #size-cells = <1>; ranges = <0 0x10000 0x1000>; ${inner} core@0 { reg = <0 1>; }; }; };`,
    '/soc/glue@2000',
  )
    .choices.filter(({ dependency }) => dependency === 'dma-ranges')
    .map(({ fate, weight, what }) => `${fate} ${weight} ${/ (\/\S+) /.exec(what)?.[1] ?? ''}`)

it.each([
  ['nothing is moved', '', '', []],
  ['a bus above moves all alike', 'dma-ranges = <0xc0000000 0 0 0x1000>;', '', ['copied note ']],
  ['that cannot be read', 'dma-ranges = <1>;', '', ['dropped warning /soc/glue@2000']],
  [
    'only a device below is moved',
    '',
    'dma-ranges = <0x40000000 0 0x1000>;',
    ['dropped warning /soc/glue@2000/core@0'],
  ],
])('says what becomes of addresses for DMA: %s', (_, outer, inner, expected) =>
  expect(glued(outer, inner)).toEqual(expected),
)
