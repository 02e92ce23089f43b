/** A number by which both ends check that they were built for the same layout. */
import type { StaticShmDevice } from '../../model/virtio/device.ts'
import type { RegionOffset } from '../../units/quantities.ts'
import type { Range } from '../../units/range.ts'
import { sha256 } from '../../units/sha256.ts'
import type { DeviceLayout } from './device-layout.ts'
import { LAYOUT_VERSION } from './static-vrings.ts'

/**
 * The first 64 bits of the SHA-256 of everything that both ends must agree on, as text. Names and values of the configuration are not part of
 * it; never 0.
 */
export function layoutHash(
  { type, layout: format }: StaticShmDevice,
  { parts, queues, buffers, features }: DeviceLayout,
  { base, size }: Range<RegionOffset>,
): bigint {
  const lines = [
    `${format} ${LAYOUT_VERSION} ${type.id} ${features.bits} ${base} ${size}`,
    ...parts.map((part) => `${part.kind} ${part.offset} ${part.size}`),
    ...queues.map(
      ({ index, format: ring, queue, buffers: own }) => `${index} ${ring} ${queue.size} ${own.first} ${own.count}`,
    ),
    `${buffers?.count ?? 0} ${buffers?.size ?? 0} ${buffers?.stride ?? 0}`,
  ]
  const digest = sha256(lines.join('\n'))
  return digest.readBigUInt64LE(0) || 1n
}
