/** What lies where in the memory of a virtio device. */
import type { Feature } from '../../devices/device-type.ts'
import { bitsOf } from '../../devices/transport-features.ts'
import { type BufferShare, dealBuffers } from '../../model/virtio/deal-buffers.ts'
import type { StaticShmDevice, VirtioQueue } from '../../model/virtio/device.ts'
import { alignUp, type Bytes, bytes, times } from '../../units/quantities.ts'

/** Length of a cache line: nothing that one end writes shares one with what the other writes. */
export const CACHE_LINE: Bytes = bytes(64)

/** Where everything lies, from the start of the device; parts are disjoint and ascending, each at a multiple of `CACHE_LINE`. */
export interface DeviceLayout {
  readonly parts: readonly LayoutPart[]
  /** In the order of their indices. */
  readonly queues: readonly QueueLayout[]
  /** Absent: none. */
  readonly buffers?: BufferLayout
  readonly features: LayoutFeatures
  /** Of all parts, up to a multiple of `alignment`. */
  readonly size: Bytes
  /** What the place of the device in its region is a multiple of: `CACHE_LINE` or more, a power of two. */
  readonly alignment: Bytes
}

export interface LayoutPart {
  readonly kind: PartKind
  /** Name of the queue that it is a part of. */
  readonly queue?: string
  /** From the start of the device. */
  readonly offset: Bytes
  readonly size: Bytes
  /** Who writes it, from the first byte on: the other end does not clear it. */
  readonly writer: 'frontend' | 'backend' | 'both'
}

export type PartKind =
  | 'identity'
  | 'device-state'
  | 'driver-state'
  | 'config'
  | 'resource-table'
  | 'driver-status'
  | 'descriptors'
  | 'available'
  | 'used'
  | 'ring'
  | 'driver-events'
  | 'device-events'
  | 'buffers'

export interface QueueLayout {
  readonly queue: VirtioQueue
  readonly index: number
  readonly format: 'split' | 'packed'
  /** The queue's own buffers, counted from the first of the device; none: 0. */
  readonly buffers: BufferShare
}

/** Buffers of one size, one after the other. */
export interface BufferLayout {
  readonly count: number
  /** Bytes that a buffer holds. */
  readonly size: Bytes
  /** From the start of one to the start of the next. */
  readonly stride: Bytes
}

/** The features of a device, with those that its layout brings; all are on. */
export interface LayoutFeatures {
  /** Bit by bit, as the specification numbers them. */
  readonly bits: bigint
  /** Ascending by bit. */
  readonly names: readonly string[]
}

/** Of `features`, each once. */
export const layoutFeatures = (features: readonly Feature[]): LayoutFeatures => {
  const all = [...new Set(features)].sort((a, b) => a.bit - b.bit)
  return { bits: bitsOf(all), names: all.map(({ name }) => name) }
}

/** The part of a kind; of queues only with the name of the queue. */
export const partOf = ({ parts }: DeviceLayout, kind: PartKind, queue?: string): LayoutPart | undefined =>
  parts.find((part) => part.kind === kind && part.queue === queue)

/** The queues with their buffers, and what there is of those: the same in every layout. */
export function queuesAndBuffers(
  { queues, buffers }: StaticShmDevice,
  format: QueueLayout['format'],
): Pick<DeviceLayout, 'queues' | 'buffers'> {
  const shares = dealBuffers(queues, buffers?.count ?? 0)
  return {
    queues: queues.map((queue, index) => ({ queue, index, format, buffers: shares[index] ?? { first: 0, count: 0 } })),
    ...(buffers
      ? { buffers: { count: buffers.count, size: buffers.size, stride: alignUp(buffers.size, CACHE_LINE) } }
      : {}),
  }
}

/** All buffers, one after the other; without any, 0. */
export const sizeOfBuffers = (buffers: BufferLayout | undefined): Bytes =>
  buffers ? times(buffers.count, buffers.stride) : bytes(0)
