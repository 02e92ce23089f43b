/** What lies at an offset of a region, in words. */
import { afterAll, expect, it } from 'vitest'
import { describeOffset } from '../../../src/plan/virtio/part-names.ts'
import { staticShmOf } from '../../../src/plan/virtio/planned-virtio.ts'
import { regionOffset } from '../../../src/units/quantities.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'
import { RPMSG_LINK, systemWith } from '../../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const lines = {
  ...RPMSG_LINK,
  offset: '0x1000',
  queues: { rx: { size: 4 }, tx: { size: 4 } },
  buffers: { count: 8, size: 100 },
}
const { plan } = bench.outcomeOf(manifestOf(systemWith([{ name: 'link', lines }])))

it.each<[number, string | undefined]>([
  [0xfff, undefined],
  [0x1000, 'link: what the device is, written by two'],
  [0x107f, 'link: state of the device, written by two'],
  [0x10c0, 'link: rx, descriptors, written by one'],
  // 14 bytes of the available ring, then nothing up to the next cache line.
  [0x110d, 'link: rx, available ring, written by one'],
  [0x110e, 'link: nothing'],
  [0x1140, 'link: rx, used ring, written by two'],
  // Buffers begin behind both queues, every 128 bytes.
  [0x1240, 'link: buffers, buffer 0, written by both'],
  [0x12c0, 'link: buffers, buffer 1, written by both'],
  [0x1240 + 8 * 128, undefined],
])('at %i', (at, what) => {
  expect(describeOffset(staticShmOf(plan?.virtio ?? []), 'frames', regionOffset(BigInt(at)))).toBe(what)
  expect(describeOffset(staticShmOf(plan?.virtio ?? []), 'log', regionOffset(BigInt(at)))).toBeUndefined()
})
