/** SPI controller device (virtio 1.4 §5.21). */
import { type DeviceType, le32, u8 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const spi: DeviceType = {
  name: 'spi',
  id: 45,
  source: 'virtio 1.4 §5.21',
  summary: 'transfers on an SPI bus',
  queues: [{ queues: [{ name: 'requestq', flow: 'both' }] }],
  ...structure([
    field('cs-max-number', u8),
    field('cs-change-supported', u8),
    field('tx-nbits-supported', u8),
    field('rx-nbits-supported', u8),
    field('bits-per-word-mask', le32),
    field('mode-func-supported', le32),
    field('max-freq-hz', le32),
    field('max-word-delay-ns', le32),
    field('max-cs-setup-ns', le32),
    field('max-cs-hold-ns', le32),
    field('max-cs-inactive-ns', le32),
  ]),
  features: [],
}
