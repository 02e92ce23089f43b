/** Network device (virtio 1.4 §5.1). */
import { type DeviceType, type Given, type LeastBuffer, le16, le32, mac, u8 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const net: DeviceType = {
  name: 'net',
  id: 1,
  source: 'virtio 1.4 §5.1',
  summary: 'a network card: frames in both directions',
  queues: [
    {
      queues: [
        { name: 'rx', flow: 'to-driver' },
        { name: 'tx', flow: 'to-device' },
      ],
      repeats: { first: 1, counted: { field: 'max-virtqueue-pairs', besides: 0 } },
    },
    { queues: [{ name: 'controlq', flow: 'both' }], feature: 'ctrl-vq' },
  ],
  ...structure([
    field('mac', mac, { feature: 'mac' }),
    field('status', le16, { feature: 'status' }),
    field('max-virtqueue-pairs', le16, { feature: ['mq', 'rss'] }),
    field('mtu', le16, { feature: 'mtu' }),
    field('speed', le32, { feature: 'speed-duplex' }),
    field('duplex', u8, { feature: 'speed-duplex' }),
    field('rss-max-key-size', u8, { feature: ['rss', 'hash-report'] }),
    field('rss-max-indirection-table-length', le16, { feature: 'rss' }),
    field('supported-hash-types', le32, { feature: ['hash-report', 'rss'] }),
    field('supported-tunnel-types', le32, { feature: 'hash-tunnel' }),
  ]),
  features: [
    { name: 'csum', bit: 0 },
    { name: 'guest-csum', bit: 1 },
    { name: 'ctrl-guest-offloads', bit: 2, needs: ['ctrl-vq'] },
    { name: 'mtu', bit: 3 },
    { name: 'mac', bit: 5 },
    { name: 'guest-tso4', bit: 7, needs: ['guest-csum'] },
    { name: 'guest-tso6', bit: 8, needs: ['guest-csum'] },
    { name: 'guest-ecn', bit: 9, needsOneOf: ['guest-tso4', 'guest-tso6'] },
    { name: 'guest-ufo', bit: 10, needs: ['guest-csum'] },
    { name: 'host-tso4', bit: 11, needs: ['csum'] },
    { name: 'host-tso6', bit: 12, needs: ['csum'] },
    { name: 'host-ecn', bit: 13, needsOneOf: ['host-tso4', 'host-tso6'] },
    { name: 'host-ufo', bit: 14, needs: ['csum'] },
    { name: 'mrg-rxbuf', bit: 15 },
    { name: 'status', bit: 16 },
    { name: 'ctrl-vq', bit: 17 },
    { name: 'ctrl-rx', bit: 18, needs: ['ctrl-vq'] },
    { name: 'ctrl-vlan', bit: 19, needs: ['ctrl-vq'] },
    { name: 'ctrl-rx-extra', bit: 20, needs: ['ctrl-vq'] },
    { name: 'guest-announce', bit: 21, needs: ['ctrl-vq'] },
    { name: 'mq', bit: 22, needs: ['ctrl-vq'] },
    { name: 'ctrl-mac-addr', bit: 23, needs: ['ctrl-vq'] },
    { name: 'device-stats', bit: 50, needs: ['ctrl-vq'] },
    { name: 'hash-tunnel', bit: 51, needs: ['ctrl-vq'], needsOneOf: ['rss', 'hash-report'] },
    { name: 'vq-notf-coal', bit: 52, needs: ['ctrl-vq'] },
    { name: 'notf-coal', bit: 53, needs: ['ctrl-vq'] },
    { name: 'guest-uso4', bit: 54, needs: ['guest-csum'] },
    { name: 'guest-uso6', bit: 55, needs: ['guest-csum'] },
    { name: 'host-uso', bit: 56, needs: ['csum'] },
    { name: 'hash-report', bit: 57 },
    { name: 'guest-hdrlen', bit: 59 },
    { name: 'rss', bit: 60, needs: ['ctrl-vq'] },
    { name: 'rsc-ext', bit: 61, needsOneOf: ['host-tso4', 'host-tso6'] },
    { name: 'standby', bit: 62 },
    { name: 'speed-duplex', bit: 63 },
  ],
  leastBuffer,
}

/** Bytes before each frame: `struct virtio_net_hdr`, with what `hash-report` adds (§5.1.6). */
const HEADER = 12
const HASH_IN_HEADER = 8

/** An Ethernet header without its checksum, which does not travel. */
const ETHERNET = 14
const USUAL_MTU = 1500

/** What a device may make of frames that it received one after the other, with their Ethernet header. */
const LARGEST_MERGED = 65550

/** "Setting Up Receive Buffers" (§5.1.6.3.1). */
function leastBuffer({ has, integer }: Given): LeastBuffer {
  const header = HEADER + (has('hash-report') ? HASH_IN_HEADER : 0)
  if (has('mrg-rxbuf')) return { queue: 'rx', bytes: header, holds: 'a header' }
  if (['guest-tso4', 'guest-tso6', 'guest-ufo', 'guest-uso4', 'guest-uso6'].some(has))
    return { queue: 'rx', bytes: header + LARGEST_MERGED, holds: 'a merged frame of 64 KiB', otherwise: MERGEABLE }
  const mtu = integer('mtu') ?? USUAL_MTU
  const holds = `a header of ${header} bytes and a frame of ${ETHERNET + mtu}`
  return { queue: 'rx', bytes: header + ETHERNET + mtu, holds, otherwise: MERGEABLE }
}

const MERGEABLE = "add 'mrg-rxbuf' to 'features'"
