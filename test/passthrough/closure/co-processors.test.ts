import { expect, it } from 'vitest'
import { closed, linesOf } from '../host-tree.ts'

const OTHERS = `
  mem: carveout@9000 { reg = <0 0x9000 0 0x1000>; }; mbox: mbox { #mbox-cells = <1>; }; lock: lock { #hwlock-cells = <1>; };
  smp2p: smp2p { #qcom,smem-state-cells = <1>; };`

it.each([
  [
    'memory-region = <&mem>;',
    'shares memory that is reserved for it with the rest of the machine: /carveout@9000 (memory-region)',
  ],
  ['mboxes = <&mbox 1>;', 'shares a mailbox with the rest of the machine: /mbox (mboxes)'],
  ['hwlocks = <&lock 1>;', 'shares a hardware lock with the rest of the machine: /lock (hwlocks)'],
  [
    'qcom,smem-states = <&smp2p 0>;',
    'shares flags of a coprocessor with the rest of the machine: /smp2p (qcom,smem-states)',
  ],
])('one half of something stays: %s', (property, message) => {
  const { node, obstacles } = closed(`${OTHERS} dev@2000 { reg = <0 0x2000 0 1>; ${property} };`, '/dev@2000')
  expect(linesOf(node)).toEqual([])
  expect(obstacles).toMatchObject([{ code: 'DEV-003', message: `/dev@2000 ${message}` }])
})

it('nothing stays of what is dropped', () => {
  const text = `${OTHERS} dev@2000 { reg = <0 0x2000 0 1>; mboxes = <&mbox 1>; };`
  expect(closed(text, '/dev@2000', { drop: ['mboxes'] }).obstacles).toEqual([])
})
