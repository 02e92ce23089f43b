import { expect, it } from 'vitest'
import { closed, linesOf } from '../host-tree.ts'

const MAC = (text: string): string => `eth@2000 { reg = <0 0x2000 0 1>; ${text} };`

it('a PHY below the device comes along', () => {
  const { node, choices } = closed(
    MAC('phy-handle = <&phy>; mdio { #address-cells = <1>; #size-cells = <0>; phy: ethernet-phy@3 { reg = <3>; }; };'),
    '/eth@2000',
  )
  expect(linesOf(node)[0]).toMatch(/^phy-handle = <&host_ethernet_phy_3_[0-9a-f]+>;$/)
  expect(linesOf(node)).toContainEqual(expect.stringMatching(/^host_ethernet_phy_3_[0-9a-f]+: ethernet-phy@3 {$/))
  expect(choices).toEqual([])
})

it('one on the bus of another is missed, unless that is included', () => {
  const text = `mdio@3000 { compatible = "acme,mdio"; reg = <0 0x3000 0 1>; #address-cells = <1>; #size-cells = <0>; phy: ethernet-phy@3 { reg = <3>; }; }; ${MAC('phy-handle = <&phy>;')}`
  const alone = closed(text, '/eth@2000')
  expect(linesOf(alone.node)).toEqual([])
  expect(alone.choices).toMatchObject([
    { dependency: 'phy-handle', provider: '/mdio@3000/ethernet-phy@3', weight: 'warning' },
  ])
  const both = closed(text, '/eth@2000', { include: ['/mdio@3000'] })
  expect(linesOf(both.node)[0]).toMatch(/^phy-handle = <&host_ethernet_phy_3_/)
  expect(both.also.map(({ device }) => device.place.path)).toEqual(['/mdio@3000'])
  expect(both.choices).toEqual([])
})
