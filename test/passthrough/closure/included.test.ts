import { expect, it } from 'vitest'
import { closed, linesOf } from '../host-tree.ts'

const TEXT = `
  aliases { phy0 = "/phy@3000"; };
  phy@3000 { reg = <0 0x3000 0 0x10>; interrupts = <0 8 4>; clocks = <&osc>; inner@3100 { }; };
  osc: osc { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <5>; };
  regulators { compatible = "simple-bus"; vcc { compatible = "regulator-fixed"; }; };
  i2c@4000 { compatible = "acme,i2c"; reg = <0 0x4000 0 1>; #address-cells = <1>; #size-cells = <0>; pmic@5 { reg = <5>; }; };
  memory@0 { device_type = "memory"; reg = <0 0 0 0x1000>; }; cpus { idle { }; };
  usb@2000 { reg = <0 0x2000 0 1>; port { }; };`

it('devices that go along are given like the device itself', () => {
  const { also, beside } = closed(TEXT, '/usb@2000', { include: ['phy0'] })
  expect(also.map(({ device, node }) => [device.place.path, device.interrupts.kind, linesOf(node)[0]])).toEqual([
    ['/phy@3000', 'direct', 'clocks = <&clock_5>;'],
  ])
  expect(beside.map(({ name }) => name)).toEqual(['clock-5'])
})

it('nodes that need no bus stand beside', () => {
  const { also, beside, obstacles } = closed(TEXT, '/usb@2000', { include: ['/regulators/vcc'] })
  expect([also, obstacles]).toEqual([[], []])
  expect(beside.map(({ name }) => name)).toEqual(['vcc'])
})

it('what is below the device, or below another one, goes with that', () => {
  const { also, beside, obstacles } = closed(TEXT, '/usb@2000', {
    include: ['/usb@2000/port', '/phy@3000/inner@3100', '/phy@3000', '/usb@2000'],
  })
  expect(also.map(({ device }) => device.place.path)).toEqual(['/phy@3000'])
  expect([beside.map(({ name }) => name), obstacles]).toEqual([['clock-5'], []])
})

it.each([
  ['/phy@9', "include names '/phy@9': there is no node /phy@9"],
  ['/', 'include names /, and with it every device that is on it'],
  ['/memory@0', 'include names /memory@0, which a guest has of its own or not at all'],
  ['/cpus/idle', 'include names /cpus/idle, which a guest has of its own or not at all'],
  ['/i2c@4000/pmic@5', 'include names /i2c@4000/pmic@5, which works through /i2c@4000'],
])('what cannot go along is reported: %s', (path, message) => {
  const { also, beside, obstacles } = closed(TEXT, '/usb@2000', { include: [path] })
  expect([also, beside]).toEqual([[], []])
  expect(obstacles).toMatchObject([{ code: 'DEV-004', message }])
})

it('a bus above the device that goes along is above it for the guest, too', () => {
  const text = `glue@5000 { compatible = "acme,glue"; reg = <0 0x5000 0 1>; #address-cells = <2>; #size-cells = <2>; ranges; usb@2000 { reg = <0 0x2000 0 1>; keep; }; };`
  const alone = closed(text, '/glue@5000/usb@2000')
  expect(alone.choices).toMatchObject([{ dependency: 'bus', provider: '/glue@5000', weight: 'warning' }])
  const without = closed(text, '/glue@5000/usb@2000', { drop: ['bus'] })
  expect(without).toMatchObject({ choices: [{ dependency: 'bus', weight: 'note' }], obstacles: [] })
  const both = closed(text, '/glue@5000/usb@2000', { include: ['/glue@5000'] })
  expect(both.choices).toEqual([])
  expect(linesOf(both.node)).toEqual(['keep;'])
  expect(both.also.map(({ device, node }) => [device.place.path, node.children.length])).toEqual([['/glue@5000', 0]])
})

it('devices below the device are given with it', () => {
  const text = `glue@5000 { reg = <0 0x5000 0 1>; #address-cells = <2>; #size-cells = <2>; ranges; usb@2000 { reg = <0 0x2000 0 1>; }; port { }; };`
  const { node, also } = closed(text, '/glue@5000')
  expect(node.children.map(({ name }) => name)).toEqual(['port'])
  expect(also.map(({ device }) => device.place.path)).toEqual(['/glue@5000/usb@2000'])
})
