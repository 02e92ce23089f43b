import { expect, it } from 'vitest'
import { closed, linesOf } from '../host-tree.ts'

const GPIO = 'gpio: gpio { interrupt-controller; #interrupt-cells = <2>; };'
const INTC = (text: string): string =>
  `intc: legacy-interrupt-controller { interrupt-controller; #interrupt-cells = <1>; ${text} };`

const bridge = (text: string): ReturnType<typeof closed> =>
  closed(
    `${GPIO} pcie@2000 { device_type = "pci"; reg = <0 0x2000 0 0x1000>; #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>; interrupt-map-mask = <0 0 0 7>; ${text} };`,
    '/pcie@2000',
  )

const interruptsOf = (text: string): readonly string[] =>
  linesOf(bridge(text).node)
    .join(' ')
    .split(/(?<=;) /)
    .filter((line) => /^(interrupt-(map|parent)|interrupts)/.test(line))

it("leads pins to the guest's GIC, which has no address", () =>
  expect(interruptsOf('interrupt-map = <0 0 0 1 &gic 0 3 4>, <0 0 0 2 &gic 0 4 4>;')).toEqual([
    'interrupt-map-mask = <0x0 0x0 0x0 0x7>;',
    'interrupt-map = <0x0 0x0 0x0 0x1 0xfde8 0x0 0x3 0x4>, <0x0 0x0 0x0 0x2 0xfde8 0x0 0x4 0x4>;',
  ]))

it('leaves pins at a controller below the bridge, whose own interrupts the bridge is given', () =>
  expect(
    interruptsOf(
      `interrupts = <0 70 4>; interrupt-map = <0 0 0 1 &intc 0>, <0 0 0 2 &intc 1>; ${INTC('#address-cells = <0>; interrupt-parent = <&gic>; interrupts = <0 72 1>, <0 73 4>;')}`,
    ),
  ).toEqual([
    'interrupt-map-mask = <0x0 0x0 0x0 0x7>;',
    expect.stringMatching(
      /^interrupt-map = <0x0 0x0 0x0 0x1 &(host_legacy_interrupt_controller_\w+) 0x0>, <0x0 0x0 0x0 0x2 &\1 0x1>;$/,
    ),
    'interrupt-parent = <0xfde8>;',
    'interrupts = <0x0 0x48 0x1 0x0 0x49 0x4>;',
  ]))

it('leaves pins at a controller below that the bridge itself serves, at the address that it expects', () =>
  expect(
    interruptsOf(`interrupts = <0 70 4>; interrupt-map = <0 0 0 1 &intc 5 1>; ${INTC('#address-cells = <1>;')}`),
  ).toEqual([
    'interrupt-map-mask = <0x0 0x0 0x0 0x7>;',
    expect.stringMatching(/^interrupt-map = <0x0 0x0 0x0 0x1 &host_legacy_interrupt_controller_\w+ 0x0 0x1>;$/),
  ]))

it('sees the map of a port', () => {
  const text = `pcie@0,0 { device_type = "pci"; reg = <0 0 0 0 0>; #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>; interrupt-map = <0 0 0 1 &gic 0 61 4>; };`
  expect(interruptsOf(text)).toContain('interrupt-map = <0x0 0x0 0x0 0x1 0xfde8 0x0 0x3d 0x4>;')
  expect(bridge(text).choices).toEqual([])
})

it.each([
  ['ends elsewhere', '&gpio 3 8', 'it ends at /gpio, not at the GIC'],
  ['is private to each CPU', '&gic 1 9 4', 'interrupt 25 is private to each CPU'],
])('leaves out a pin that %s, and says so', (_, target, why) => {
  const text = `interrupt-map = <0 0 0 1 &gic 0 3 4>, <0 0 0 2 ${target}>;`
  expect(interruptsOf(text)).toContain('interrupt-map = <0x0 0x0 0x0 0x1 0xfde8 0x0 0x3 0x4>;')
  expect(bridge(text).choices).toEqual([
    {
      dependency: 'interrupt-map',
      fate: 'dropped',
      what: `a pin of /pcie@2000 does not reach the guest: ${why}`,
      weight: 'warning',
    },
  ])
})

it.each([
  ['leads nowhere at all', 'interrupt-map = <0 0 0 1 &gpio 3 8>;'],
  ['cannot be read', 'interrupt-map = <0 0 0 1 0x7777 3 8>;'],
])('is left out with its mask where it %s', (_, text) => {
  expect(interruptsOf(text)).toEqual([])
  expect(bridge(text).choices).toMatchObject([{ dependency: 'interrupt-map', fate: 'dropped', weight: 'warning' }])
})

it('says of a controller below that its own interrupt is lost', () =>
  expect(
    bridge(
      `interrupt-map = <0 0 0 1 &intc 0>; ${INTC('#address-cells = <0>; interrupt-parent = <&gpio>; interrupts = <3 8>;')}`,
    ).choices,
  ).toMatchObject([
    { dependency: 'interrupts', what: expect.stringContaining('/pcie@2000/legacy-interrupt-controller') },
  ]))
