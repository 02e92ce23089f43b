/** Which buffers of a device are whose. */
import { afterAll, expect, it } from 'vitest'
import { staticShmOf } from '../../../src/plan/virtio/planned-virtio.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'
import { RPMSG_LINK, systemWith } from '../../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

/** The layout of a device with queues of 4 and 2 descriptors. */
function layoutWith(buffers: object) {
  const lines = {
    ...RPMSG_LINK,
    queues: { rx: { size: 4 }, tx: { size: 2 } },
    ...buffers,
  }
  const { plan, findings } = bench.outcomeOf(manifestOf(systemWith([{ name: 'link', lines }])))
  expect(findings.all).toEqual([])
  const layout = staticShmOf(plan?.virtio ?? [])[0]?.layout
  if (!layout) throw new Error('no device')
  return layout
}

it.each<[number, readonly [number, number], readonly [number, number]]>([
  [6, [0, 4], [4, 2]],
  // 2/3 and 1/3 of five, rounded down: one is nobody's. Rounded up they would be six.
  [5, [0, 3], [3, 1]],
  [4, [0, 2], [2, 1]],
  [3, [0, 2], [2, 1]],
])('%i buffers are dealt out by the sizes of the queues, never more than there are', (count, rx, tx) => {
  const { queues, parts } = layoutWith({ buffers: { count, size: 100 } })
  expect(queues.map(({ buffers }) => [buffers.first, buffers.count])).toEqual([rx, tx])
  expect(parts.at(-1)).toMatchObject({ kind: 'buffers', size: BigInt(count * 128) })
})

it('a queue of a device without buffers has none', () => {
  const { queues, parts } = layoutWith({})
  expect(queues.map(({ buffers }) => buffers)).toEqual([
    { first: 0, count: 0 },
    { first: 0, count: 0 },
  ])
  expect(parts.some(({ kind }) => kind === 'buffers')).toBe(false)
})
