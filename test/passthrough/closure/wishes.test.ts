import { expect, it } from 'vitest'
import { closed } from '../host-tree.ts'

const TEXT = `osc: osc { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <5>; };
  dev@2000 { reg = <0 0x2000 0 1>; a; clocks = <&osc>, <&osc>; clock-names = "bus"; child { b; clocks = <&osc>; clock-names = "inner"; }; }; bare@3000 { reg = <0 0x3000 0 1>; };`

it.each([
  [{ drop: ['a', 'b'] }, []],
  [{ drop: ['/dev@2000/child'] }, []],
  [{ drop: ['c'] }, ["drop names 'c', which the device does not have"]],
  [{ drop: ['/dev@2000/d'] }, ["drop names '/dev@2000/d', which the device does not have"]],
  [
    {
      clocks: new Map([
        ['bus', 1n],
        ['1', 1n],
        ['inner', 1n],
      ]),
    },
    [],
  ],
  [
    {
      clocks: new Map([
        ['core', 1n],
        ['2', 1n],
      ]),
    },
    ["clocks names 'core', which the device does not have", "clocks names '2', which the device does not have"],
  ],
])('says what is not there: %j', (wishes, messages) =>
  expect(closed(TEXT, '/dev@2000', wishes).obstacles.map(({ message }) => message)).toEqual(messages),
)

it('lists the clocks that there are', () => {
  const clocks = new Map([['core', 1n]])
  expect(closed(TEXT, '/dev@2000', { clocks }).obstacles[0]?.help).toBe('it has bus, 0, 1, inner')
  expect(closed(TEXT, '/bare@3000', { clocks }).obstacles[0]?.help).toBe('it has no clocks')
})
