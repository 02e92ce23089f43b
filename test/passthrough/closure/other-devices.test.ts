import { expect, it } from 'vitest'
import { closed, linesOf } from '../host-tree.ts'

it('helpers and what is at the other end of wires are missed', () => {
  const text = `
    pwrseq: pwrseq { }; misc: misc { #index-cells = <1>; }; pwm: pwm { #pwm-cells = <2>; }; tmu: tmu { #thermal-sensor-cells = <0>; };
    panel { port { far: endpoint { remote-endpoint = <&near>; }; }; };
    dev@2000 { reg = <0 0x2000 0 1>; mmc-pwrseq = <&pwrseq>; fsl,usbmisc = <&misc 0>; pwms = <&pwm 0 5>; thermal-sensors = <&tmu>;
      gpio-ranges = <&pwm 0 0 4>; wakeup-source; port { near: endpoint { remote-endpoint = <&far>; lanes = <4>; }; }; };`
  const { node, choices } = closed(text, '/dev@2000')
  expect(linesOf(node).filter((line) => !line.endsWith('{') && line !== '};')).toEqual(['lanes = <0x4>;'])
  expect(choices.map(({ dependency, provider, weight }) => [dependency, provider, weight])).toEqual([
    ['mmc-pwrseq', '/pwrseq', 'warning'],
    ['fsl,usbmisc', '/misc', 'warning'],
    ['pwms', '/pwm', 'warning'],
    ['thermal-sensors', '/tmu', 'note'],
    ['remote-endpoint', '/panel/port/endpoint', 'warning'],
  ])
})

it('ends of wires that both come along stay connected', () => {
  const text = `dev@2000 { reg = <0 0x2000 0 1>; a { one: endpoint { remote-endpoint = <&two>; }; }; b { two: endpoint { remote-endpoint = <&one>; }; }; };`
  const { node, choices } = closed(text, '/dev@2000')
  expect(linesOf(node).filter((line) => line.startsWith('remote-endpoint'))).toHaveLength(2)
  expect(choices).toEqual([])
})
