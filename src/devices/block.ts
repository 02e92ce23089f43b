/** Block device (virtio 1.4 §5.2). */
import { type DeviceType, le16, le32, le64, u8 } from './device-type.ts'
import { field, reserved, structure } from './structure.ts'

export const block: DeviceType = {
  name: 'block',
  id: 2,
  source: 'virtio 1.4 §5.2',
  summary: 'a disk',
  queues: [
    {
      queues: [{ name: 'requestq', flow: 'both' }],
      repeats: { first: 1, counted: { field: 'num-queues', besides: 0 } },
    },
  ],
  ...structure([
    field('capacity', le64),
    field('size-max', le32, { feature: 'size-max' }),
    field('seg-max', le32, { feature: 'seg-max' }),
    field('geometry-cylinders', le16, { feature: 'geometry' }),
    field('geometry-heads', u8, { feature: 'geometry' }),
    field('geometry-sectors', u8, { feature: 'geometry' }),
    field('blk-size', le32, { feature: 'blk-size' }),
    field('topology-physical-block-exp', u8, { feature: 'topology' }),
    field('topology-alignment-offset', u8, { feature: 'topology' }),
    field('topology-min-io-size', le16, { feature: 'topology' }),
    field('topology-opt-io-size', le32, { feature: 'topology' }),
    field('writeback', u8, { feature: 'config-wce', writer: 'driver' }),
    reserved(1),
    field('num-queues', le16, { feature: 'mq' }),
    field('max-discard-sectors', le32, { feature: 'discard' }),
    field('max-discard-seg', le32, { feature: 'discard' }),
    field('discard-sector-alignment', le32, { feature: 'discard' }),
    field('max-write-zeroes-sectors', le32, { feature: 'write-zeroes' }),
    field('max-write-zeroes-seg', le32, { feature: 'write-zeroes' }),
    field('write-zeroes-may-unmap', u8, { feature: 'write-zeroes' }),
    reserved(3),
    field('max-secure-erase-sectors', le32, { feature: 'secure-erase' }),
    field('max-secure-erase-seg', le32, { feature: 'secure-erase' }),
    field('secure-erase-sector-alignment', le32, { feature: 'secure-erase' }),
    field('zoned-zone-sectors', le32, { feature: 'zoned' }),
    field('zoned-max-open-zones', le32, { feature: 'zoned' }),
    field('zoned-max-active-zones', le32, { feature: 'zoned' }),
    field('zoned-max-append-sectors', le32, { feature: 'zoned' }),
    field('zoned-write-granularity', le32, { feature: 'zoned' }),
    field('zoned-model', u8, { feature: 'zoned' }),
    reserved(3),
  ]),
  features: [
    { name: 'size-max', bit: 1 },
    { name: 'seg-max', bit: 2 },
    { name: 'geometry', bit: 4 },
    { name: 'ro', bit: 5 },
    { name: 'blk-size', bit: 6 },
    { name: 'flush', bit: 9 },
    { name: 'topology', bit: 10 },
    { name: 'config-wce', bit: 11 },
    { name: 'mq', bit: 12 },
    { name: 'discard', bit: 13 },
    { name: 'write-zeroes', bit: 14 },
    { name: 'lifetime', bit: 15 },
    { name: 'secure-erase', bit: 16 },
    { name: 'zoned', bit: 17 },
  ],
  leastBuffer: () => ({ queue: 'requestq', bytes: SECTOR, holds: 'a sector' }),
}

/** Everything is counted in these, whatever `blk-size` says (§5.2.4). */
const SECTOR = 512
