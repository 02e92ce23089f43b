/**
 * How both ends use the layout `resource-table`: what remoteproc and OpenAMP leave to whoever loads the other end, and what is not loaded here. `explain`
 * prints it, and `virtio.h` has it as a comment.
 */
import type { ProtocolRule } from './static-vrings-protocol.ts'

/** In the order in which an end meets them. */
export const RESOURCE_TABLE_PROTOCOL: readonly ProtocolRule[] = [
  {
    topic: 'device first',
    text: 'The device starts first, and the driver looks at the table only when the device of this start has told it to: by its first notification or, without a channel, because its domain is unpaused or its program started later. What the memory holds from an earlier run looks like a table, and Xen does not clear it.',
  },
  {
    topic: 'table',
    text: 'The device writes 0 to ver, the first word of the table; after a release barrier everything else, with status and gfeatures 0; after another one ver = 1, last. Then it notifies the driver. The driver waits until ver is 1, and reads the rest after an acquire barrier.',
  },
  {
    topic: 'driver',
    text: 'The driver clears the rings, makes its buffers available in the queues to it, writes the features that it takes to gfeatures, and status last, with DRIVER_OK (4) in it, after a release barrier; then it notifies the device. The device touches no ring before it has read DRIVER_OK, and reads the rings after an acquire barrier. All other bytes of the table belong to the device.',
  },
  {
    topic: 'notifications',
    text: 'Each queue is notified by its index, the device itself (status, configuration) by the number that comes after those: a number of its own, since OpenAMP ignores it. An event channel carries no number: an end that is notified looks at the status and at all queues (OpenAMP: remoteproc_get_notification with RSC_NOTIFY_ID_ANY).',
  },
  {
    topic: 'pages',
    text: "Table, rings and buffers begin at multiples of 64 KiB, and what is left of the last page belongs to nothing else. Linux' carveouts vdev0vring0, vdev0vring1 and vdev0buffer are these parts, each up to the next multiple of 64 KiB.",
  },
  {
    topic: 'restart',
    text: 'Neither end may start again alone. Nothing in the table tells one run of an end from the next: the other end would go on with indices and buffers of the run before. When one end goes down, stop the other as well, and start both again, the device first. The layout static-vrings is for ends that restart by themselves.',
  },
]
