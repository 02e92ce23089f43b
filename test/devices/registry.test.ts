/** The device types against the table of the specification, and against themselves. */
import { describe, expect, it } from 'vitest'
import manifestSchema from '../../schemas/manifest.schema.json' with { type: 'json' }
import { DEVICE_TYPES } from '../../src/devices/registry.ts'
import { fixedSize } from '../../src/devices/structure.ts'
import { TRANSPORT_FEATURES } from '../../src/devices/transport-features.ts'

/** Device ID, name, bytes of the configuration, queues that are always there. */
const TABLE = [
  [1, 'net', 28, 'rx tx'],
  [2, 'block', 96, 'requestq'],
  [3, 'console', 12, 'receiveq transmitq'],
  [4, 'entropy', 0, 'requestq'],
  [5, 'balloon', 16, 'inflateq deflateq'],
  [7, 'rpmsg', 0, 'rx tx'],
  [8, 'scsi', 36, 'controlq eventq requestq'],
  [9, '9p', 0, 'requestq'],
  [16, 'gpu', 20, 'controlq cursorq'],
  [17, 'rtc', 0, 'requestq'],
  [18, 'input', 136, 'eventq statusq'],
  [19, 'vsock', 8, 'rx tx event'],
  [20, 'crypto', 56, 'dataq controlq'],
  [23, 'iommu', 40, 'requestq eventq'],
  [24, 'mem', 56, 'guest-request'],
  [25, 'sound', 16, 'controlq eventq txq rxq'],
  [26, 'fs', 44, 'hiprio request'],
  [27, 'pmem', 16, 'req-vq'],
  [28, 'rpmb', 3, 'requestq'],
  [32, 'scmi', 0, 'cmdq'],
  [34, 'i2c', 0, 'requestq'],
  [36, 'can', 2, 'txq rxq controlq'],
  [41, 'gpio', 8, 'requestq'],
  [45, 'spi', 32, 'requestq'],
  [48, 'media', 40, 'commandq eventq'],
] as const

it('are those of the specification', () => {
  const rows = DEVICE_TYPES.map(({ id, name, configSize, queues }) => [
    id,
    name,
    configSize,
    queues
      .filter(({ feature }) => feature === undefined)
      .flatMap((group) => group.queues.map((queue) => queue.name))
      .join(' '),
  ])
  expect(rows).toEqual(TABLE)
})

it('are those of the schema', () => {
  expect(manifestSchema.$defs.VirtioType.enum).toEqual(DEVICE_TYPES.map(({ name }) => name))
})

describe.each(DEVICE_TYPES.map((type) => [type.name, type] as const))('%s', (_, type) => {
  it('says where it is specified', () => expect(type.source).toMatch(/^(virtio 1\.4 §5\.\d+|Linux \S+\.c)$/))

  it('has feature bits of its own, in the ranges of devices, once each', () => {
    const bits = type.features.map(({ bit }) => bit)
    expect(new Set(bits).size).toBe(bits.length)
    expect(bits).toEqual(bits.toSorted((a, b) => a - b))
    expect(bits.every((bit) => (bit >= 0 && bit <= 23) || (bit >= 50 && bit <= 63))).toBe(true)
  })

  it('speaks of features that it has', () => {
    const own = type.features.map(({ name }) => name)
    const named = [
      ...type.features.flatMap(({ needs = [], needsOneOf = [] }) => [...needs, ...needsOneOf]),
      ...type.queues.flatMap(({ feature }) => feature ?? []),
      ...type.config.flatMap(({ features }) => features),
    ]
    expect(named.filter((name) => !own.includes(name))).toEqual([])
  })

  it('counts queues in fields that it has', () => {
    const counted = type.queues.flatMap(({ repeats }) => repeats?.counted?.field ?? [])
    expect(type.config.map(({ name }) => name)).toEqual(expect.arrayContaining(counted))
  })

  it('has fields inside its configuration, on multiples of their sizes', () => {
    for (const { offset, type: form } of type.config) {
      expect(offset + fixedSize(form)).toBeLessThanOrEqual(type.configSize)
      if (form.kind === 'integer') expect(offset % Math.min(form.bytes, 4)).toBe(0)
    }
  })
})

it('features of transports are apart from those of devices', () => {
  expect(TRANSPORT_FEATURES.every(({ bit }) => bit >= 24 && bit <= 43)).toBe(true)
})
