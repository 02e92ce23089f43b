import { expect, it } from 'vitest'
import { closed, linesOf } from '../host-tree.ts'

const PROVIDERS = `
  pd: power { #power-domain-cells = <1>; }; rst: reset { #reset-cells = <1>; };
  pins { compatible = "acme,pins"; group { uart: uart-pins { }; }; };
  osc: osc { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <5>; };`

const USES = `power-domains = <&pd 1>, <&pd 2>; power-domain-names = "a", "b"; resets = <&rst 4>; reset-names = "r";
  pinctrl-names = "default", "sleep"; pinctrl-0 = <&uart>; pinctrl-1 = <&uart>;`

it('power domains, resets and pins go, and are told once for each provider', () => {
  const { node, choices } = closed(`${PROVIDERS} dev@2000 { reg = <0 0x2000 0 1>; ${USES} keep; };`, '/dev@2000')
  expect(linesOf(node)).toEqual(['keep;'])
  expect(choices).toEqual([
    {
      dependency: 'power-domains',
      fate: 'dropped',
      provider: '/power',
      what: 'its power domain stays on or off, as firmware left it',
      weight: 'note',
    },
    {
      dependency: 'resets',
      fate: 'dropped',
      provider: '/reset',
      what: 'it stays in or out of reset, as firmware left it',
      weight: 'note',
    },
    {
      dependency: 'pinctrl',
      fate: 'dropped',
      provider: '/pins',
      what: 'its pins stay as firmware left them',
      weight: 'note',
    },
  ])
})

it('those of a bus above are told too, with its clocks', () => {
  const bus = `glue { #address-cells = <2>; #size-cells = <2>; ranges; clocks = <&osc>; ${USES} dev@2000 { reg = <0 0x2000 0 1>; }; };`
  const { choices } = closed(`${PROVIDERS} ${bus}`, '/glue/dev@2000')
  expect(choices.map(({ dependency, what }) => [dependency, what])).toEqual([
    ['power-domains', '/glue above it: its power domain stays on or off, as firmware left it'],
    ['resets', '/glue above it: it stays in or out of reset, as firmware left it'],
    ['pinctrl', '/glue above it: its pins stay as firmware left them'],
    ['clocks', '/glue above it: its clocks stay as firmware or the host left them'],
  ])
})

it('those of a controller that comes along stay, with their names', () => {
  const text = `rst: reset@3000 { reg = <0 0x3000 0 1>; #reset-cells = <1>; }; dev@2000 { reg = <0 0x2000 0 1>; reset-names = "r"; resets = <&rst 4>; };`
  const { node, choices } = closed(text, '/dev@2000', { include: ['/reset@3000'] })
  expect(linesOf(node)).toEqual(['reset-names = "r";', expect.stringMatching(/^resets = <&host_reset_3000_\w+ 0x4>;$/)])
  expect(choices).toEqual([])
})
