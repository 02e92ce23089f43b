/** Sizes of virtqueues (virtio 1.4 §2.7, §2.8). Bytes throughout. */
import { alignUp, type Bytes, bytes, sum } from '../units/quantities.ts'

/** Most descriptors of a queue, in either format (§2.7, §2.8). */
export const MOST_DESCRIPTORS = 32768

/** One part of a queue, and what its address is a multiple of. */
export interface RingPart {
  readonly size: Bytes
  readonly alignment: Bytes
}

/** A split queue: table of descriptors, available ring, used ring (§2.7). The words for `event-idx` are always part of the rings. */
export interface SplitRing {
  readonly descriptors: RingPart
  readonly available: RingPart
  readonly used: RingPart
}

/** A packed queue: one ring, and for each end a word in which it says when it wants to be notified (§2.8). */
export interface PackedRing {
  readonly ring: RingPart
  readonly driverEvents: RingPart
  readonly deviceEvents: RingPart
}

const part = (size: number, alignment: number): RingPart => ({ size: bytes(size), alignment: bytes(alignment) })

/** Parts of a split queue with `entries` descriptors. */
export const splitRing = (entries: number): SplitRing => ({
  descriptors: part(16 * entries, 16),
  available: part(6 + 2 * entries, 2),
  used: part(6 + 8 * entries, 4),
})

/** Parts of a packed queue with `entries` descriptors. */
export const packedRing = (entries: number): PackedRing => ({
  ring: part(16 * entries, 16),
  driverEvents: part(4, 4),
  deviceEvents: part(4, 4),
})

/** Offsets of a queue's parts from its start when each follows the one before as closely as it may, and what they take together. */
export interface Packing {
  readonly offsets: readonly Bytes[]
  readonly size: Bytes
}

/** `parts` one after the other, each at a multiple of its own alignment or of `apart` (a power of two), whichever is larger. */
export function packed(parts: readonly RingPart[], apart: Bytes = bytes(1)): Packing {
  const offsets: Bytes[] = []
  let size = bytes(0)
  for (const { size: length, alignment } of parts) {
    const at = alignUp(size, alignment > apart ? alignment : apart)
    offsets.push(at)
    size = sum([at, length])
  }
  return { offsets, size }
}

/**
 * The legacy layout of a split queue (§2.7.2): the used ring begins at the first multiple of `alignment` past the available one.
 * `size` is the specification's, rounded up; Linux's `vring_size()` leaves the last rounding out.
 */
export function legacyRing(entries: number, alignment: Bytes): { readonly usedAt: Bytes; readonly size: Bytes } {
  const { descriptors, available, used } = splitRing(entries)
  const usedAt = alignUp(sum([descriptors.size, available.size]), alignment)
  return { usedAt, size: sum([usedAt, alignUp(used.size, alignment)]) }
}
