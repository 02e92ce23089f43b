/** Layouts of virtio devices, drawn. */
import { RESOURCE_TABLE_PROTOCOL } from '../../guests/resource-table-protocol.ts'
import { type ProtocolRule, STATIC_VRINGS_PROTOCOL } from '../../guests/static-vrings-protocol.ts'
import { ZEPHYR_STATIC_VRINGS_PROTOCOL } from '../../guests/zephyr-static-vrings-protocol.ts'
import type { VirtioLayout } from '../../model/virtio/device.ts'
import { stdout } from '../output.ts'
import { paint, wrap } from '../terminal.ts'

const inWords = (protocol: readonly ProtocolRule[]): string =>
  protocol.map(({ topic, text }) => wrap(`${topic}: ${text}`, '  ')).join('\n\n')

const STATIC_VRINGS = `
  offset from the start of the device      written by   what it holds
  +----------------------------------+
  |  0x00  what the device is        |     device       magic "DFVL", layout version, layout hash,
  |                                  |                  device id, number of queues, features
  +----------------------------------+
  |  0x40  state of the device       |     device       generation, status, peer, config generation
  +----------------------------------+
  |  0x80  state of the driver       |     driver       generation, status, peer, layout hash
  +----------------------------------+
  |  0xc0  configuration             |     device       defined by the type; absent if it has none
  +----------------------------------+
  |  for each queue, in their order: |
  |    descriptors       16 N        |     driver       address = offset from the start of the region
  |    available ring    6 + 2 N     |     driver
  |    used ring         6 + 8 N     |     device
  +----------------------------------+
  |  buffers                         |     both         one of them at a time: who has the descriptor
  +----------------------------------+
  Every part begins at a multiple of 64. A packed queue (ring-packed) has one ring of 16 N bytes, and
  4 bytes for the events of each end.

  device                                           driver
  ------                                           ------
  status RESET, generation + 1                     status RESET, generation + 1, its layout hash
  clears used rings, fills identity and config
  peer = generation of the driver, status READY -> waits for READY and its own generation as peer
                                                   compares version and hash (else status REFUSED)
                                                   clears descriptors and available rings, offers buffers
  waits for READY and its own generation     <-    peer = generation of the device, status READY
  ... messages, until the other end's generation changes: then from the second line on again

  In full, for whoever writes an end:

${inWords(STATIC_VRINGS_PROTOCOL)}
`

const RESOURCE_TABLE = `
  offset from the start of the device      written by   what it holds
  +----------------------------------+
  |  0x00  resource table            |     device       struct resource_table, one entry RSC_VDEV with its
  |                                  |     (driver:     queues, configuration
  |                                  |     status, gfeatures)
  +----------------------------------+
  |  for each queue, in their order: |
  |    descriptors       16 N        |     driver       address = guest-physical, the same in both domains
  |    available ring    6 + 2 N     |     driver
  |    (up to a multiple of 64)      |
  |    used ring         6 + 8 N     |     device
  +----------------------------------+
  |  buffers                         |     both
  +----------------------------------+
  Table, rings and buffers each begin at a multiple of 64 KiB.

${inWords(RESOURCE_TABLE_PROTOCOL)}
`

const ZEPHYR = `
  offset from the start of the device      written by   what it holds
  +----------------------------------+
  |  0x00  status of the driver      |     driver       one byte; 63 more belong to nothing
  +----------------------------------+
  |  0x40  buffers of queue 0 (rx)   |     both         N buffers
  |        buffers of queue 1 (tx)   |     both         N buffers
  +----------------------------------+
  |  ring of queue 1 (tx):           |
  |    descriptors       16 N        |     driver       address = guest-physical, the same in both domains
  |    available ring    6 + 2 N     |     driver
  |    (up to a multiple of 64)      |
  |    used ring         6 + 8 N     |     device
  +----------------------------------+
  |  ring of queue 0 (rx)            |
  +----------------------------------+
  |  64 bytes more, so that Zephyr takes N descriptors and not half of them
  +----------------------------------+

${inWords(ZEPHYR_STATIC_VRINGS_PROTOCOL)}
`

interface Page {
  readonly summary: string
  readonly picture: string
  readonly more: string
}

/** What is told of each layout: as `domforge explain` prints it, and as the page of the documentation. */
export const LAYOUT_PAGES: Readonly<Record<VirtioLayout, Page>> = {
  'static-vrings': {
    summary:
      'Driver and device are built for one layout in a region of shared memory; all that one asks the other is whether it is there. All numbers are little-endian; both ends map the region as normal memory, write-back cacheable, inner shareable.',
    picture: STATIC_VRINGS,
    more: 'A word that announces something (status, the index of a ring) is written last, with release, and read first, with acquire. Nothing else clears the memory, not even Xen: its first contents are undefined. What is in the queues when either end restarts is lost. Virtio 1.4 §2.7 and §2.8 have the rest; examples/static-link has both ends in C.',
  },
  'resource-table': {
    summary:
      'The same memory as remoteproc and OpenAMP describe it, for guests whose system has a driver for that: addresses and features have 32 bits, queues are in the legacy layout, and both domains see the region at the same address below 4 GiB.',
    picture: RESOURCE_TABLE,
    more: 'The device copies the table to the start of the device (domains/<backend>/<device>.resource-table, or the bytes in virtio.h), and the driver finds it there. Linux: include/linux/rsc_table.h; OpenAMP: lib/include/openamp/remoteproc.h.',
  },
  'zephyr-static-vrings': {
    summary:
      "The memory of Zephyr's own backend zephyr,ipc-openamp-static-vrings, as of Zephyr 4.4 and the same since 3.5: rpmsg with two queues of N descriptors and 2 N buffers, in the legacy layout. The other end can be Zephyr too, or a program with OpenAMP.",
    picture: ZEPHYR,
    more: 'Zephyr: subsys/ipc/ipc_service/backends/ipc_rpmsg_static_vrings.c, lib/ipc_static_vrings.c; dts/bindings/ipc/zephyr,ipc-openamp-static-vrings.yaml.',
  },
}

export const isLayout = (text: string): text is VirtioLayout => Object.hasOwn(LAYOUT_PAGES, text)

/** The page of a layout. */
export function explainLayout(layout: VirtioLayout): string {
  const { summary, picture, more } = LAYOUT_PAGES[layout]
  return `${paint(stdout, 'bold', layout)}\n\n${wrap(summary, '  ')}\n${picture}\n${wrap(more, '  ')}\n`
}
