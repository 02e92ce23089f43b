import { expect, it } from 'vitest'
import type { Wishes } from '../../src/passthrough/closure.ts'
import { argumentsNeeded } from '../../src/passthrough/host-arguments.ts'
import { closed } from './host-tree.ts'

const PROVIDERS = `osc: osc { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <5>; }; cru: cru { #clock-cells = <1>; };
  pd: pd { #power-domain-cells = <0>; }; ldo: ldo { }; fix: fix { compatible = "regulator-fixed"; };`

const needed = (text: string, wishes: Partial<Wishes> = {}): unknown =>
  argumentsNeeded(closed(`${PROVIDERS} dev@2000 { reg = <0 0x2000 0 1>; ${text} };`, '/dev@2000', wishes)).map(
    ({ argument, because }) => [argument, ...because.map(({ provider }) => provider)],
  )

it.each([
  ['what runs by itself', 'clocks = <&osc>; x-supply = <&fix>;', []],
  ['a power domain', 'power-domains = <&pd>;', [['pd_ignore_unused', '/pd']]],
  ['a supply', 'x-supply = <&ldo>;', [['regulator_ignore_unused', '/ldo']]],
])('of a Linux that would switch off %s', (_, text, expected) => expect(needed(text)).toEqual(expected))

it('of a Linux that would switch off a clock', () =>
  expect(needed('clocks = <&cru 1>;', { clocks: new Map([['0', 7n]]) })).toEqual([['clk_ignore_unused', '/cru']]))
