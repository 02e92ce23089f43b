import { expect, it } from 'vitest'
import { closed, linesOf } from '../host-tree.ts'

const REGULATORS = `
  on: reg-3v3 { compatible = "regulator-fixed"; regulator-name = "vcc"; regulator-min-microvolt = <3300000>; regulator-max-microvolt = <3300000>; };
  gpio: gpio { #gpio-cells = <1>; };
  sw: reg-sd { compatible = "regulator-fixed"; regulator-name = "sd"; gpio = <&gpio 4>; enable-active-high; };
  ldo: pmic { };`

it('fixed voltages go with the device, others stay with the host', () => {
  const text = `${REGULATORS} mmc@2000 { reg = <0 0x2000 0 1>; vmmc-supply = <&sw>; vqmmc-supply = <&on>; phy-supply = <&ldo>; };`
  const { node, beside, choices } = closed(text, '/mmc@2000')
  expect(linesOf(node)).toEqual([
    expect.stringMatching(/^vmmc-supply = <&host_reg_sd_[0-9a-f]+>;$/),
    expect.stringMatching(/^vqmmc-supply = <&host_reg_3v3_[0-9a-f]+>;$/),
  ])
  expect(beside.map(linesOf)).toContainEqual([
    'compatible = "regulator-fixed";',
    'regulator-name = "vcc";',
    'regulator-min-microvolt = <0x325aa0>;',
    'regulator-max-microvolt = <0x325aa0>;',
    'regulator-always-on;',
  ])
  expect(beside.map(linesOf)).toContainEqual([
    'compatible = "regulator-fixed";',
    'regulator-name = "sd";',
    'regulator-always-on;',
  ])
  expect(choices.map(({ dependency, fate, provider, weight }) => [dependency, fate, provider, weight])).toEqual([
    ['vmmc-supply', 'copied', '/reg-sd', 'warning'],
    ['vqmmc-supply', 'copied', '/reg-3v3', 'note'],
    ['phy-supply', 'dropped', '/pmic', 'warning'],
  ])
})

it('a regulator that is included stays as it is', () => {
  const text = `${REGULATORS} mmc@2000 { reg = <0 0x2000 0 1>; vmmc-supply = <&sw>; };`
  const { node, beside, choices } = closed(text, '/mmc@2000', { include: ['/reg-sd'] })
  expect(linesOf(node)[0]).toMatch(/^vmmc-supply = <&host_reg_sd_/)
  expect(beside.map(({ name }) => name)).toEqual(['reg-sd'])
  expect(beside.map(linesOf)).toEqual([
    ['compatible = "regulator-fixed";', 'regulator-name = "sd";', 'enable-active-high;'],
  ])
  expect(choices.map(({ dependency }) => dependency)).toEqual(['gpio'])
})
