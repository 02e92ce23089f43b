import { expect, it } from 'vitest'
import { closed, linesOf } from '../host-tree.ts'

const GPIO = 'gpio: gpio { interrupt-controller; #interrupt-cells = <2>; };'

it('of a device those are told that do not arrive', () => {
  const text = `${GPIO} dev@2000 { reg = <0 0x2000 0 1>; interrupts-extended = <&gic 0 5 4>, <&gpio 1 8>; interrupt-names = "main", "wake"; };`
  expect(closed(text, '/dev@2000').choices).toEqual([
    {
      dependency: 'interrupts',
      fate: 'dropped',
      what: 'interrupt wake does not reach the guest: it ends at /gpio, not at the GIC',
      weight: 'warning',
    },
  ])
})

const below = (text: string, own = ''): ReturnType<typeof closed> =>
  closed(
    `${GPIO} eth@2000 { reg = <0 0x2000 0 1>; interrupts = <0 5 4>; #address-cells = <1>; #size-cells = <0>; ${own} phy@1 { reg = <1>; ${text} }; };`,
    '/eth@2000',
  )

it.each([
  ['at a controller that stays', 'interrupt-parent = <&gpio>; interrupts = <2 8>; interrupt-names = "link";'],
  ['at the same by the longer property', 'interrupts-extended = <&gpio 2 8>;'],
  ['at the GIC, where Xen routes nothing for it', 'interrupts = <0 6 4>;'],
])('of a node below one is lost %s', (_, text) => {
  const { node, choices } = below(text)
  expect(linesOf(node).filter((line) => line.startsWith('interrupt'))).toEqual([])
  expect(choices).toMatchObject([
    { dependency: 'interrupts', what: expect.stringContaining('/eth@2000/phy@1'), weight: 'warning' },
  ])
})

it('of a node below one is the one that the device is given', () => {
  const { node, choices } = below('interrupts = <0 5 4>;')
  expect(linesOf(node)).toContain('interrupt-parent = <0xfde8>;')
  expect(linesOf(node)).toContain('interrupts = <0x0 0x5 0x4>;')
  expect(choices).toEqual([])
})

it('of a node below one stays at a controller that comes along', () => {
  const own = 'intc: intc { interrupt-controller; #interrupt-cells = <1>; };'
  const { node, choices } = below('interrupt-parent = <&intc>; interrupts = <7>;', own)
  expect(linesOf(node)).toContainEqual(expect.stringMatching(/^interrupt-parent = <&host_intc_/))
  expect(linesOf(node)).toContain('interrupts = <0x7>;')
  expect(choices).toEqual([])
  expect(below('interrupts-extended = <&intc 7>;', own).choices).toEqual([])
})

it('of a node below a controller without a phandle stays with that', () => {
  const text =
    'dev@2000 { reg = <0 0x2000 0 1>; interrupt-controller; #interrupt-cells = <2>; key { interrupts = <1 2>; }; };'
  expect(linesOf(closed(text, '/dev@2000').node)).toContain('interrupts = <0x1 0x2>;')
})
