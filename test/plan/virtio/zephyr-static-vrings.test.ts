/** Offsets that Zephyr's own arithmetic gives; test/oracle compares with a program that computes them. */
import { afterAll, expect, it } from 'vitest'
import { staticShmOf } from '../../../src/plan/virtio/planned-virtio.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'
import { RPMSG_LINK, systemWith } from '../../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

it.each<[number, number, readonly (readonly [string, string | undefined, bigint])[], bigint]>([
  [
    16,
    512,
    [
      ['driver-status', undefined, 0n],
      ['buffers', undefined, 64n],
      ['ring', 'tx', 16448n],
      ['ring', 'rx', 16960n],
    ],
    17536n,
  ],
  [
    1,
    64,
    [
      ['driver-status', undefined, 0n],
      ['buffers', undefined, 64n],
      ['ring', 'tx', 192n],
      ['ring', 'rx', 320n],
    ],
    512n,
  ],
])('%i descriptors, buffers of %i bytes', (size, buffer, parts, whole) => {
  const lines = {
    ...{ ...RPMSG_LINK, layout: 'zephyr-static-vrings', notify: 'kick', features: ['ns'] },
    queues: { rx: { size }, tx: { size } },
    buffers: { count: 2 * size, size: buffer },
  }
  const { plan, findings } = bench.outcomeOf(manifestOf(systemWith([{ name: 'link', lines }])))
  expect(findings.all).toEqual([])
  const layout = staticShmOf(plan?.virtio ?? [])[0]?.layout
  expect(layout?.parts.map((part) => [part.kind, part.queue, part.offset])).toEqual(parts)
  expect(layout?.size).toBe(whole)
  expect(layout?.features).toEqual({ bits: 1n, names: ['ns'] })
  expect(layout?.queues.map(({ buffers }) => buffers)).toEqual([
    { first: 0, count: size },
    { first: size, count: size },
  ])
})

it('has a buffer of 512 bytes for each descriptor where the manifest says nothing', () => {
  const lines = { ...RPMSG_LINK, layout: 'zephyr-static-vrings', notify: 'kick' }
  const { plan } = bench.outcomeOf(manifestOf(systemWith([{ name: 'link', lines }])))
  expect(staticShmOf(plan?.virtio ?? [])[0]?.layout.buffers).toEqual({ count: 128, size: 512n, stride: 512n })
})
