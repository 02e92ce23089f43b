/** What guests are given, written out: archive, header, environment, overlay, table. */
import { describe, expect, it } from 'vitest'
import { headerText } from '../../../src/emit/virtio/c-header.ts'
import { cpioArchive } from '../../../src/emit/virtio/cpio.ts'
import { environmentText } from '../../../src/emit/virtio/environment.ts'
import { documentText } from '../../../src/emit/virtio/json.ts'
import { resourceTableBytes } from '../../../src/emit/virtio/resource-table-bytes.ts'
import { prefixOf } from '../../../src/emit/virtio/symbols.ts'
import { overlayText } from '../../../src/emit/virtio/zephyr-overlay.ts'
import type { DeviceDocument, PartDocument, VirtioDocument } from '../../../src/guests/virtio-document.ts'
import { bytes, guestPhys, regionOffset } from '../../../src/units/quantities.ts'

const part = (offset: bigint, size: number): PartDocument => ({
  offset: regionOffset(offset),
  size: bytes(size),
  writer: 'both',
})

const link: DeviceDocument = {
  type: 'rpmsg',
  deviceId: 7,
  transport: 'static-shm',
  layout: 'resource-table',
  role: 'device',
  peer: { name: 'one', id: 3, idIsValid: 'until the domain is created anew' },
  region: 'frames',
  offset: regionOffset(0x1000n),
  size: bytes(0x4000),
  addresses: 'guest-physical',
  features: { bits: 0x1_0000_0001n, names: ['ns'] },
  parts: { resourceTable: part(0x1000n, 88) },
  config: { bytes: Uint8Array.of(0xab, 0x01), values: {} },
  queues: {
    rx: {
      index: 0,
      size: 8,
      format: 'split',
      flow: 'to-driver',
      parts: { ring: part(0x2000n, 320) },
      buffers: { first: 0, count: 2 },
      notify: { channel: 'kick', port: 9 },
    },
    tx: {
      index: 1,
      size: 4,
      format: 'split',
      flow: 'to-device',
      parts: { ring: part(0x3000n, 192) },
      buffers: { first: 2, count: 1 },
    },
  },
  buffers: { count: 3, size: bytes(65), stride: bytes(128) },
}

const documentOf = (device: DeviceDocument, system = 'bench'): VirtioDocument => ({
  version: 2,
  system,
  domain: { name: 'two', id: 2, idIsValid: 'until the domain is created anew' },
  memory: { type: 'normal', cacheability: 'write-back', shareability: 'inner', byteOrder: 'little' },
  regions: { frames: { id: 'frames', base: guestPhys(0x7000_0000n), size: bytes(0x10_0000) } },
  devices: { link: device },
})

const linesOf = (text: string, start: string): readonly string[] =>
  text.split('\n').filter((line) => line.startsWith(start))

it('a resource table has features of 32 bits, the configuration at its end, and addresses in guest memory', () => {
  const low = { ...link, features: { bits: 5n, names: [] } }
  const table = Buffer.from(resourceTableBytes(low, documentOf(low)))
  const words = Array.from({ length: 22 }, (_, index) => table.readUInt32LE(4 * index))
  expect(words).toEqual([
    ...[1, 1, 0, 0, 20],
    ...[3, 7, 2, 5, 0, 2, 2 << 8],
    ...[0x7000_2000, 64, 8, 0, 0],
    ...[0x7000_3000, 64, 4, 1, 0],
  ])
  expect([table.length, ...table.subarray(88)]).toEqual([90, 0xab, 0x01])
})

describe('an environment', () => {
  const text = environmentText(documentOf(link))

  it('says every number once', () => {
    expect(linesOf(text, 'DOMFORGE_')).toEqual([
      'DOMFORGE_VERSION=2',
      'DOMFORGE_SYSTEM="bench"',
      'DOMFORGE_DOMAIN="two"',
      'DOMFORGE_DOMAIN_ID=2',
      'DOMFORGE_DEVICES="LINK"',
      'DOMFORGE_LINK__TYPE="rpmsg"',
      'DOMFORGE_LINK__DEVICE_ID=7',
      'DOMFORGE_LINK__ROLE="device"',
      'DOMFORGE_LINK__IS_DRIVER=0',
      'DOMFORGE_LINK__PEER="one"',
      'DOMFORGE_LINK__PEER_ID=3',
      'DOMFORGE_LINK__TRANSPORT="static-shm"',
      'DOMFORGE_LINK__LAYOUT="resource-table"',
      'DOMFORGE_LINK__FEATURES=0x100000001',
      'DOMFORGE_LINK__REGION_ID="frames"',
      'DOMFORGE_LINK__REGION_BASE=0x70000000',
      'DOMFORGE_LINK__REGION_SIZE=0x100000',
      'DOMFORGE_LINK__OFFSET=0x1000',
      'DOMFORGE_LINK__SIZE=0x4000',
      'DOMFORGE_LINK__RESOURCE_TABLE_OFFSET=0x1000',
      'DOMFORGE_LINK__RESOURCE_TABLE_SIZE=0x58',
      'DOMFORGE_LINK__QUEUE_RX_INDEX=0',
      'DOMFORGE_LINK__QUEUE_RX_ENTRIES=8',
      'DOMFORGE_LINK__QUEUE_RX_FORMAT="split"',
      'DOMFORGE_LINK__QUEUE_RX_FLOW=0',
      'DOMFORGE_LINK__QUEUE_RX_RING_OFFSET=0x2000',
      'DOMFORGE_LINK__QUEUE_RX_RING_SIZE=0x140',
      'DOMFORGE_LINK__QUEUE_RX_FIRST_BUFFER=0',
      'DOMFORGE_LINK__QUEUE_RX_BUFFERS=2',
      'DOMFORGE_LINK__QUEUE_RX_PORT=9',
      'DOMFORGE_LINK__QUEUE_TX_INDEX=1',
      'DOMFORGE_LINK__QUEUE_TX_ENTRIES=4',
      'DOMFORGE_LINK__QUEUE_TX_FORMAT="split"',
      'DOMFORGE_LINK__QUEUE_TX_FLOW=1',
      'DOMFORGE_LINK__QUEUE_TX_RING_OFFSET=0x3000',
      'DOMFORGE_LINK__QUEUE_TX_RING_SIZE=0xc0',
      'DOMFORGE_LINK__QUEUE_TX_FIRST_BUFFER=2',
      'DOMFORGE_LINK__QUEUE_TX_BUFFERS=1',
      'DOMFORGE_LINK__QUEUE_TX_PORT=0',
      'DOMFORGE_LINK__QUEUES="RX TX"',
      'DOMFORGE_LINK__QUEUE_COUNT=2',
      'DOMFORGE_LINK__BUFFER_COUNT=3',
      'DOMFORGE_LINK__BUFFER_SIZE=0x41',
      'DOMFORGE_LINK__BUFFER_STRIDE=0x80',
      'DOMFORGE_LINK__CONFIG_BYTES="ab01"',
    ])
  })

  it('keeps the configuration from the driver, which must not write it', () => {
    const driver = environmentText(documentOf({ ...link, role: 'driver' }))
    expect(linesOf(driver, 'DOMFORGE_LINK__CONFIG_BYTES')).toEqual([])
    expect(linesOf(driver, 'DOMFORGE_LINK__IS_DRIVER')).toEqual(['DOMFORGE_LINK__IS_DRIVER=1'])
  })

  it('says 0 for parts and buffers that a device of static-vrings has not, and what both ends compare', () => {
    const { config: _, buffers: __, ...bare } = link
    const own = { ...bare, layout: 'static-vrings', layoutVersion: 2, layoutHash: '0x0123456789abcdef', statePort: 9 }
    const all = environmentText(documentOf(own))
    expect(all.split('\n').filter((line) => /__(CONFIG|BUFFER|LAYOUT|STATE)/.test(line))).toEqual([
      'DOMFORGE_LINK__LAYOUT="static-vrings"',
      'DOMFORGE_LINK__LAYOUT_VERSION=2',
      'DOMFORGE_LINK__LAYOUT_HASH=0x0123456789abcdef',
      'DOMFORGE_LINK__STATE_PORT=9',
      'DOMFORGE_LINK__CONFIG_OFFSET=0x0',
      'DOMFORGE_LINK__CONFIG_SIZE=0x0',
      'DOMFORGE_LINK__BUFFERS_OFFSET=0x0',
      'DOMFORGE_LINK__BUFFERS_SIZE=0x0',
      'DOMFORGE_LINK__BUFFER_COUNT=0',
      'DOMFORGE_LINK__BUFFER_SIZE=0x0',
      'DOMFORGE_LINK__BUFFER_STRIDE=0x0',
    ])
  })

  it('quotes what shells would take', () => {
    expect(environmentText(documentOf(link, 'a"b\\c$d`e%f'))).toContain('DOMFORGE_SYSTEM="a\\"b\\\\c\\$d\\`e%f"\n')
  })
})

describe('a header', () => {
  it('has 64-bit constants, counts as they are, and bytes in rows of 16', () => {
    const config = { bytes: Uint8Array.from({ length: 17 }, (_, index) => index), values: {} }
    const text = headerText(documentOf({ ...link, features: { bits: 1n, names: [] }, config }))
    expect(text).toContain('#define DOMFORGE_LINK__REGION_BASE UINT64_C(0x70000000)\n')
    expect(text).toContain('#define DOMFORGE_LINK__DEVICE_ID 7\n')
    expect(text).toContain(
      '#define DOMFORGE_LINK__CONFIG_BYTES { \\\n\t0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, \\\n\t0x10 }\n',
    )
    expect(text).toContain('#define DOMFORGE_LINK__RESOURCE_TABLE_BYTES { \\\n\t0x01, 0x00, 0x00, 0x00, 0x01,')
    expect(text).toContain('DOMFORGE_WITHIN(DOMFORGE_LINK__, RESOURCE_TABLE);')
    expect(text).toContain('DOMFORGE_WITHIN(DOMFORGE_LINK__, QUEUE_TX_RING);')
    expect(text).toContain('this guest is its device; the driver is one; in region frames')
    const rules = text.slice(text.indexOf('The layout resource-table'), text.indexOf('*/')).split('\n')
    const longest = Math.max(...rules.map(({ length }) => length))
    expect(longest).toBeGreaterThan(110)
    expect(longest).toBeLessThanOrEqual(' * '.length + 120)
  })

  it('gives initial bytes to the device alone, and the table only where there is one', () => {
    const driver = headerText(documentOf({ ...link, role: 'driver' }))
    expect(driver).not.toContain('_BYTES')
    expect(driver).toContain('this guest is its driver; the device is one')
    const rings = headerText(documentOf({ ...link, layout: 'static-vrings' }))
    expect(rings).not.toContain('RESOURCE_TABLE_BYTES')
    expect(rings).toContain('CONFIG_BYTES')
  })

  it('neither ends a comment nor a string too early', () => {
    const text = headerText(documentOf({ ...link, role: 'driver' }, 'a*/b/*c\u00e9"\\?'))
    expect(text).toContain('a* /b/ *c?"\\?')
    expect(text).toContain('#define DOMFORGE_SYSTEM "a*/b/*c\u00e9\\"\\\\\\?"\n')
  })

  it('has a prefix for each device', () => expect(prefixOf('samples-link')).toBe('DOMFORGE_SAMPLES_LINK__'))
})

it('the document has numbers in hexadecimal, and bytes as digits', () => {
  const { devices } = JSON.parse(documentText(documentOf(link)))
  expect([devices.link.offset, devices.link.config.bytes, devices.link.deviceId]).toEqual(['0x1000', 'ab01', 7])
})

it('an overlay has each region in four cells, and labels that differ', () => {
  const region = { id: 'r', base: guestPhys(0x1_7000_0000n), size: bytes(0x2_0000_1000n) }
  const text = overlayText({ ...documentOf(link), regions: { 'a-b': region, 'a.b': region, a_b: region } })
  expect([...text.matchAll(/shm_\w+: xen-shmem@\w+/g)].map(([found]) => found)).toEqual([
    'shm_a_b: xen-shmem@170000000',
    'shm_a_b_2: xen-shmem@170000000',
    'shm_a_b_3: xen-shmem@170000000',
  ])
  expect(text).toContain('reg = <0x1 0x70000000 0x2 0x1000>;')
})

describe('an archive', () => {
  interface Entry {
    readonly name: string
    readonly fields: readonly number[]
    readonly data: string
  }

  /** As Linux reads it (init/initramfs.c): a header of 110 characters, name and contents each up to a multiple of 4. */
  function entriesOf(archive: Buffer): { readonly entries: readonly Entry[]; readonly end: number } {
    const entries: Entry[] = []
    let at = 0
    const up = (value: number): number => Math.ceil(value / 4) * 4
    for (;;) {
      expect(archive.toString('latin1', at, at + 6)).toBe('070701')
      const fields = Array.from({ length: 13 }, (_, i) =>
        Number.parseInt(archive.toString('latin1', at + 6 + 8 * i, at + 14 + 8 * i), 16),
      )
      const [nameSize = 0, dataSize = 0] = [fields[11], fields[6]]
      const name = archive.toString('latin1', at + 110, at + 110 + nameSize)
      const data = at + up(110 + nameSize)
      entries.push({ name, fields, data: archive.toString('latin1', data, data + dataSize) })
      at = data + up(dataSize)
      if (name === 'TRAILER!!!\0') return { entries, end: at }
    }
  }

  const files = [
    ['etc/domforge/a', Buffer.from('12345')],
    ['etc/domforge/bc', Buffer.from('1234')],
  ] as const

  it('has folders, outermost first and once, files, an end, and zeros after it', () => {
    const archive = Buffer.from(cpioArchive(files, 4096))
    const { entries, end } = entriesOf(archive)
    const folder = 0o40755
    const file = 0o100644
    expect(entries.map(({ name, fields, data }) => [name, fields, data])).toEqual([
      ['etc\0', [1, folder, 0, 0, 2, 0, 0, 0, 0, 0, 0, 4, 0], ''],
      ['etc/domforge\0', [2, folder, 0, 0, 2, 0, 0, 0, 0, 0, 0, 13, 0], ''],
      ['etc/domforge/a\0', [3, file, 0, 0, 1, 0, 5, 0, 0, 0, 0, 15, 0], '12345'],
      ['etc/domforge/bc\0', [4, file, 0, 0, 1, 0, 4, 0, 0, 0, 0, 16, 0], '1234'],
      ['TRAILER!!!\0', [5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 11, 0], ''],
    ])
    expect([archive.length, end % 4]).toEqual([4096, 0])
    expect(archive.subarray(end).every((byte) => byte === 0)).toBe(true)
    expect(Buffer.from(cpioArchive(files, end))).toEqual(archive.subarray(0, end))
    expect(() => cpioArchive(files, end - 1)).toThrow(RangeError)
  })
})
