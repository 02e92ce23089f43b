/** The table: what OpenAMP and Linux read in it, word by word, and where the parts lie. */
import { afterAll, expect, it } from 'vitest'
import { resourceTableBytes } from '../../../src/emit/virtio/resource-table-bytes.ts'
import { virtioDocument } from '../../../src/guests/virtio-document.ts'
import { staticShmOf } from '../../../src/plan/virtio/planned-virtio.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'
import { RPMSG_LINK, systemWith } from '../../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const lines = {
  ...{ ...RPMSG_LINK, layout: 'resource-table', features: ['ns'] },
  queues: { rx: { size: 16 }, tx: { size: 16 } },
  buffers: { count: 32, size: 512 },
}

it('numbers the device after its queues, and gives each part pages of its own', () => {
  const { plan, findings } = bench.outcomeOf(manifestOf(systemWith([{ name: 'link', lines }])))
  expect(findings.all).toEqual([])
  const [planned] = staticShmOf(plan?.virtio ?? [])
  if (!plan || !planned) throw new Error('no device')
  const kib64 = 0x10000n
  expect(planned.layout.parts.map(({ kind, offset }) => [kind, offset])).toEqual([
    ['resource-table', 0n],
    ['ring', kib64],
    ['ring', 2n * kib64],
    ['buffers', 3n * kib64],
  ])
  expect(planned.layout.size).toBe(4n * kib64)
  const document = virtioDocument(plan, 'two')
  const { link } = document.devices
  const base = document.regions['frames']?.base ?? 0n
  if (link?.transport !== 'static-shm') throw new Error('no device')
  const table = Buffer.from(resourceTableBytes(link, document))
  const words = Array.from({ length: table.length / 4 }, (_, index) => table.readUInt32LE(4 * index))
  const vdev = [3, 7, 2, 1, 0, 0, 2 << 8]
  const rings = [1n, 2n].flatMap((page, index) => [Number(base + page * kib64), 64, 16, index, 0])
  expect(words).toEqual([1, 1, 0, 0, 20, ...vdev, ...rings])
})
