/** Feature bits that concern queues and transports rather than one device type (virtio 1.4 §6, "Reserved Feature Bits"). */
import type { Feature } from './device-type.ts'

/** Ascending by bit. */
export const TRANSPORT_FEATURES: readonly Feature[] = [
  { name: 'indirect-desc', bit: 28 },
  { name: 'event-idx', bit: 29 },
  { name: 'version-1', bit: 32 },
  { name: 'access-platform', bit: 33 },
  { name: 'ring-packed', bit: 34 },
  { name: 'in-order', bit: 35 },
  { name: 'order-platform', bit: 36 },
  { name: 'sr-iov', bit: 37 },
  { name: 'notification-data', bit: 38 },
  { name: 'notif-config-data', bit: 39 },
  { name: 'ring-reset', bit: 40 },
  { name: 'admin-vq', bit: 41 },
  { name: 'suspend', bit: 43 },
]

/** Features as the specification's words of bits: bit n for feature n. */
export const bitsOf = (features: readonly Feature[]): bigint =>
  features.reduce((bits, { bit }) => bits | (1n << BigInt(bit)), 0n)
