/** Which of a device's buffers are whose. */
import type { VirtioQueue } from './device.ts'

/** Buffers with consecutive numbers, from 0. */
export interface BufferShare {
  readonly first: number
  readonly count: number
}

/** The shares of queues in `count` buffers, in their order: in proportion to their sizes, never more than a queue has descriptors. */
export function dealBuffers(queues: readonly VirtioQueue[], count: number): readonly BufferShare[] {
  const descriptors = descriptorsOf(queues)
  let first = 0
  return queues.map(({ size }) => {
    const share = { first, count: Math.min(size, Math.floor((count * size) / Math.max(descriptors, 1))) }
    first += share.count
    return share
  })
}

/** How many buffers give each queue one or more. */
export const buffersForEach = (queues: readonly VirtioQueue[]): number =>
  Math.ceil(descriptorsOf(queues) / Math.min(...queues.map(({ size }) => size)))

export const descriptorsOf = (queues: readonly VirtioQueue[]): number =>
  queues.reduce((total, { size }) => total + size, 0)
