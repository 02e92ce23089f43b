import { expect, it } from 'vitest'
import { formatRange } from '../../../src/units/format.ts'
import { deviceOf, hostWith } from '../host-tree.ts'

/** Of a device below two buses. */
function windows(outer: string, inner: string): unknown {
  const cells = '#address-cells = <1>; #size-cells = <1>; ranges;'
  const text = `a { ${cells} ${outer} b { ${cells} ${inner} eth@2000 { reg = <0x2000 0x1000>; }; }; };`
  const { translated, windows: found } = deviceOf(
    hostWith(text.replace('ranges;', 'ranges = <0 0 0 0xffffffff>;')),
    '/a/b/eth@2000',
  ).dma
  return translated ? found.map(({ bus, host }) => `0x${bus.toString(16)} ${formatRange(host)}`) : 'not moved'
}

it.each([
  ['', '', 'not moved'],
  ['dma-ranges;', 'dma-ranges;', 'not moved'],
  ['', 'dma-ranges = <0xc0000000 0 0x10000000>;', ['0xc0000000 [0x0..0x10000000)']],
  ['dma-ranges = <0x40000000 0 0 0x10000000>;', '', ['0x40000000 [0x0..0x10000000)']],
  [
    'dma-ranges = <0 0x1 0 0x1000>, <0x1000 0x2 0 0x1000>;',
    'dma-ranges = <0xc0000000 0x800 0x1000>;',
    ['0xc0000000 [0x100000800..0x100001000)', '0xc0000800 [0x200000000..0x200000800)'],
  ],
  ['dma-ranges = <0 0x1 0 0x1000>;', 'dma-ranges = <0 0x1000 0x1000>;', []],
  ['dma-ranges = <1>;', '', []],
])('follows what a device says through the buses above: %s %s', (outer, inner, expected) =>
  expect(windows(outer, inner)).toEqual(expected),
)
