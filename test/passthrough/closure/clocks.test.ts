import { describe, expect, it } from 'vitest'
import type { Closure } from '../../../src/passthrough/closure.ts'
import { closed, linesOf } from '../host-tree.ts'

const CLOCKS = `
  osc: osc { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <24000000>; };
  half: half { compatible = "fixed-factor-clock"; #clock-cells = <0>; clocks = <&osc>; clock-div = <2>; clock-mult = <1>; };
  cru: cru { #clock-cells = <1>; assigned-clocks = <&cru 8>; assigned-clock-rates = <8000>; };`

const give = (text: string, rates: Readonly<Record<string, number>> = {}): Closure =>
  closed(`${CLOCKS} dev@2000 { reg = <0 0x2000 0 0x1000>; ${text} };`, '/dev@2000', {
    clocks: new Map(Object.entries(rates).map(([key, rate]) => [key, BigInt(rate)])),
  })

describe('clocks of fixed rate', () => {
  it('are copied, factors worked out, one node for each rate', () => {
    const { node, beside, choices, obstacles } = give('clocks = <&osc>, <&half>, <&osc>; clock-names = "a", "b", "c";')
    expect(linesOf(node)).toEqual([
      'clocks = <&clock_24000000>, <&clock_12000000>, <&clock_24000000>;',
      'clock-names = "a", "b", "c";',
    ])
    expect(beside.map(({ name }) => name)).toEqual(['clock-12000000', 'clock-24000000'])
    expect(beside.map(linesOf)[0]).toEqual([
      'compatible = "fixed-clock";',
      '#clock-cells = <0x0>;',
      'clock-frequency = <0xb71b00>;',
    ])
    expect(choices.map(({ fate, provider, what }) => [fate, provider, what])).toEqual([
      ['copied', '/osc', "clock a is 24000000 Hz, by the host's tree"],
      ['copied', '/half', "clock b is 12000000 Hz, by the host's tree"],
      ['copied', '/osc', "clock c is 24000000 Hz, by the host's tree"],
    ])
    expect(obstacles).toEqual([])
  })

  it('are not made of a cycle of factors, nor of a division by 0', () => {
    const cycle =
      'loop: loop { compatible = "fixed-factor-clock"; #clock-cells = <0>; clocks = <&loop>; clock-div = <2>; };'
    const zero =
      'zero: zero { compatible = "fixed-factor-clock"; #clock-cells = <0>; clocks = <&osc>; clock-div = <0>; };'
    const text = `${CLOCKS} ${cycle} ${zero} dev@2000 { reg = <0 0x2000 0 1>; clocks = <&loop>, <&zero>; };`
    expect(closed(text, '/dev@2000').obstacles.map(({ message }) => message)).toEqual([
      '/dev@2000: the rates of 2 clocks cannot be told from the tree: 0 of /loop; 1 of /zero',
    ])
  })
})

describe('clocks of a controller', () => {
  it('have the rates that the manifest gives, by name or index; entries keep their numbers', () => {
    const { node, obstacles, choices } = give('clocks = <&cru 1>, <0>, <&cru 2>; clock-names = "bus", "", "core";', {
      bus: 100,
      2: 200,
    })
    expect(linesOf(node)[0]).toBe('clocks = <&clock_100>, <0x0>, <&clock_200>;')
    expect(obstacles).toEqual([])
    expect(choices[0]).toEqual({
      dependency: 'clocks',
      name: 'bus',
      fate: 'replaced',
      provider: '/cru',
      what: 'clock bus is 100 Hz for the guest, as the manifest says; it must run when the guest starts',
      weight: 'note',
    })
  })

  it('are asked for where nobody gives a rate, with what the tree has them set to', () => {
    const { node, obstacles } = give(
      'clocks = <&cru 1>, <&cru 2>, <&cru 8>, <&osc>; clock-names = "bus", "core", "aux", "ref"; assigned-clocks = <&cru 1>, <&cru 2>; assigned-clock-rates = <0>, <600000>;',
      { bus: 7 },
    )
    expect(linesOf(node)).toEqual([])
    expect(obstacles).toEqual([
      {
        code: 'DEV-001',
        message: '/dev@2000: the rates of 2 clocks cannot be told from the tree: core, aux of /cru',
        help: "write 'clocks: { bus: 7, core: 600000, aux: 8000 }' with what the board runs them at (clk_summary in Linux's debugfs); the numbers are what assigned-clock-rates asks for",
      },
    ])
  })

  it('are taken from a node that goes with the device', () => {
    const { node } = give('clocks = <&own 3>; own: own { #clock-cells = <1>; clocks = <&osc>; };')
    const [clocks, , , label] = linesOf(node)
    expect(clocks).toMatch(/^clocks = <&host_own_[0-9a-f]+ 0x3>;$/)
    expect(label).toBe('clocks = <&clock_24000000>;')
  })
})

it('nothing is assigned to clocks that the guest does not have', () => {
  expect(
    linesOf(give('assigned-clocks = <&cru 1>; assigned-clock-rates = <7>; assigned-clock-parents = <&osc>;').node),
  ).toEqual([])
})
