import { expect, it } from 'vitest'
import { closed, linesOf } from '../host-tree.ts'

const TEXT = `
  serdes: serdes@3000 { reg = <0 0x3000 0 1>; #phy-cells = <1>; }; nop: phy { };
  usb@2000 { reg = <0 0x2000 0 1>; phys = <&serdes 2>, <&serdes 3>; phy-names = "usb2", "usb3"; usb-phy = <&nop>; };`

it('PHYs are missed, each provider told once', () => {
  const { node, choices } = closed(TEXT, '/usb@2000')
  expect(linesOf(node)).toEqual([])
  expect(choices.map(({ dependency, provider, weight }) => [dependency, provider, weight])).toEqual([
    ['phys', '/serdes@3000', 'warning'],
    ['usb-phy', '/phy', 'warning'],
  ])
})

it('PHYs that are included are found, with their names', () => {
  const { node, also, choices } = closed(TEXT, '/usb@2000', { include: ['/serdes@3000'], drop: ['usb-phy'] })
  expect(linesOf(node)).toEqual([
    expect.stringMatching(/^phys = <&host_serdes_3000_(\w+) 0x2>, <&host_serdes_3000_\1 0x3>;$/),
    'phy-names = "usb2", "usb3";',
  ])
  expect(also.map(({ node: own }) => own.name)).toEqual(['serdes@3000'])
  expect(choices).toEqual([])
})
