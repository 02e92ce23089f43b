/**
 * How both ends use the layout `static-vrings`: the one text of it, which is in the guests' metadata, and which `explain` prints. The model of both
 * ends in test/models and the programs in examples/static-link follow it; an end that does anything else can lose messages when the other
 * starts again.
 */
export interface ProtocolRule {
  readonly topic: string
  readonly text: string
}

/** In the order in which an end meets them. */
export const STATIC_VRINGS_PROTOCOL: readonly ProtocolRule[] = [
  {
    topic: 'words',
    text: 'Each word of the header is written by one end alone, with one store. An end keeps its own words and everything it has handed out in private memory too, and never reads them back.',
  },
  {
    topic: 'start',
    text: 'An end that starts writes RESET to its status, then to its generation one more than it finds there (never 0), with a release barrier in between; the driver writes the layout hash before its generation. After another release barrier the device writes the whole configuration, and 0 to the configuration generation. Then the end notifies the other.',
  },
  {
    topic: 'device',
    text: 'The device answers the generation that it finds at its own start, and each new generation of the driver: it writes RESET, clears what it writes in the queues (used rings; of packed queues its event suppression), writes the identity, then the generation of the driver to its word peer, and READY last, with a release barrier before and after each status. Then it notifies the driver. It clears nothing at any other time.',
  },
  {
    topic: 'driver',
    text: "The driver reads the device's generation, then its word peer, then its status, with an acquire barrier after each. The device is there if peer is the driver's own generation and the status is READY. While it is not, or once its generation is not the one that the driver answered, the driver's status is RESET. To a device that is there the driver answers: it compares the identity; clears what it writes in the queues (descriptors and available rings; packed rings and its event suppression); makes the buffers of queues to the driver available; writes the generation of the device to its word peer, and READY last, with a release barrier before and after each status; and notifies the device. If the identity is another one, it writes REFUSED instead of READY.",
  },
  {
    topic: 'up',
    text: "The link is up for the driver as long as the device is there with the generation that the driver answered. It is up for the device as long as the driver's generation is the one that the device answered, its word peer is the device's own generation, its status is READY and its hash the device's; these are read in this order, with an acquire barrier after each.",
  },
  {
    topic: 'queues',
    text: "Queues are those of virtio 1.4 (2.7 split, 2.8 packed); addresses are offsets from the start of the region. A buffer of a queue has the same number as its descriptor (packed: its buffer id). In queues to the driver and to the device a message is one descriptor; only queues that go both ways have chains. There are no indirect descriptors. A split queue's index is written after a release barrier and read before an acquire barrier, and so are the flags of a packed descriptor.",
  },
  {
    topic: 'looking again',
    text: "What an end finds in a queue counts only if afterwards, past an acquire barrier, the other end's status is still READY and its generation the one that was answered: once for the descriptor or the used entry, and once more after the data were copied, before the buffer goes back. If not, nothing was found and the link is down.",
  },
  {
    topic: 'bounds',
    text: 'An end takes only what it handed out: no more used entries than buffers are out, each with the number of one that is. The device takes no more available entries than the queue has, and only buffers that lie in the part buffers; one that does not is given back with length 0. An end that finds anything else while the link is up writes RESET and takes no part until its next start.',
  },
  {
    topic: 'configuration',
    text: 'To change the configuration the device writes an odd configuration generation, the bytes, and the next even one, with a release barrier after each of the first two; then it notifies the driver. The driver reads the generation, the bytes and the generation again, with an acquire barrier after each of the first two, until both are the same even number, and then looks at status and generation of the device. Fields that the driver writes have no other writer.',
  },
  {
    topic: 'notifications',
    text: 'An end notifies after a full barrier. What it wrote into a queue it tells on the port of the queue, unless the other end suppresses that with the flags or the event index of the queue; a notification too many does no harm. Changes of status, generation and configuration go to the state port: that of the first queue that has a port. An end that is notified looks at the state, then at all its queues. Without a port both ends look by themselves.',
  },
  {
    topic: 'restart',
    text: 'What is in the queues when either end starts again is lost, and both ends see the link go down. In between no message is lost, doubled or invented.',
  },
]
