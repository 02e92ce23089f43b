/** A virtio-mmio device, written out for C, for shells, for Zephyr, and for what waits in the guest. */
import { describe, expect, it } from 'vitest'
import { headerText } from '../../../src/emit/virtio/c-header.ts'
import { environmentText } from '../../../src/emit/virtio/environment.ts'
import { waitFiles } from '../../../src/emit/virtio/wait.ts'
import { overlayText } from '../../../src/emit/virtio/zephyr-overlay.ts'
import type { MmioDocument, StaticShmDocument, VirtioDocument } from '../../../src/guests/virtio-document.ts'
import { bytes, guestPhys, regionOffset } from '../../../src/units/quantities.ts'

const disk: MmioDocument = {
  type: 'block',
  deviceId: 2,
  transport: 'mmio',
  role: 'driver',
  peer: { name: 'dom0', id: 0, idIsValid: 'until the domain is created anew' },
  base: guestPhys(0x200_1400n),
  size: bytes(0x200),
  interrupt: 43,
  grants: true,
  readyAt: 'domforge/virtio/disk',
}
const own: MmioDocument = { ...disk, role: 'device', grants: false, peer: { ...disk.peer, name: 'other' } }

/** In a layout that has nothing of its own in these files. */
const shared: StaticShmDocument = {
  ...{ type: 'rpmsg', deviceId: 7, transport: 'static-shm', layout: 'static-vrings', role: 'driver' },
  ...{ peer: disk.peer, region: 'frames', offset: regionOffset(0x1000n), size: bytes(0x4000) },
  ...{ addresses: 'region-offset', features: { bits: 1n, names: [] }, parts: {}, queues: {} },
}

const documentOf = (devices: VirtioDocument['devices'], regions: VirtioDocument['regions'] = {}): VirtioDocument => ({
  version: 2,
  system: 'bench',
  domain: { name: 'app', idIsValid: 'until the domain is created anew' },
  memory: { type: 'normal', cacheability: 'write-back', shareability: 'inner', byteOrder: 'little' },
  regions,
  devices,
})
const both = documentOf(
  { disk, own, shared },
  { frames: { id: 'f', base: guestPhys(0x7000_0000n), size: bytes(0x10_0000) } },
)

describe('the environment', () => {
  const of = (devices: VirtioDocument['devices']) =>
    environmentText(documentOf(devices))
      .split('\n')
      .filter((line) => line.startsWith('DOMFORGE_'))

  it('has its registers, and no id of a domain that has none before xl creates it', () => {
    expect(of({ disk })).toEqual([
      'DOMFORGE_VERSION=2',
      'DOMFORGE_SYSTEM="bench"',
      'DOMFORGE_DOMAIN="app"',
      'DOMFORGE_DEVICES="DISK"',
      'DOMFORGE_DISK__TYPE="block"',
      'DOMFORGE_DISK__DEVICE_ID=2',
      'DOMFORGE_DISK__ROLE="driver"',
      'DOMFORGE_DISK__IS_DRIVER=1',
      'DOMFORGE_DISK__PEER="dom0"',
      'DOMFORGE_DISK__PEER_ID=0',
      'DOMFORGE_DISK__TRANSPORT="mmio"',
      'DOMFORGE_DISK__BASE=0x2001400',
      'DOMFORGE_DISK__SIZE=0x200',
      'DOMFORGE_DISK__INTERRUPT=43',
      'DOMFORGE_DISK__GRANTS=1',
      'DOMFORGE_DISK__READY_AT="domforge/virtio/disk"',
    ])
    const { id: _, ...peer } = disk.peer
    const named = of({ 'a-1': { ...own, peer }, b: disk })
    expect(named).toContain('DOMFORGE_DEVICES="A_1 B"')
    expect(named).toContain('DOMFORGE_A_1__GRANTS=0')
    expect(named.join()).not.toContain('A_1__PEER_ID')
  })
})

describe('the header', () => {
  const lines = headerText(both).split('\n')

  it('has its numbers, and lets the compiler see that they can be', () => {
    expect(lines).toContain('#ifndef DOMFORGE_APP_VIRTIO_H')
    expect(lines).toContain('#define DOMFORGE_DISK__BASE UINT64_C(0x2001400)')
    expect(
      lines.filter((line) => line.startsWith('DOMFORGE_ASSERT(')).map((line) => /\((.*), "/.exec(line)?.[1]),
    ).toEqual([
      'DOMFORGE_DISK__BASE % 512 == 0',
      'DOMFORGE_OWN__BASE % 512 == 0',
      'DOMFORGE_SHARED__REGION_BASE % 4096 == 0',
      'DOMFORGE_SHARED__OFFSET % 64 == 0',
      'DOMFORGE_SHARED__OFFSET + DOMFORGE_SHARED__SIZE <= DOMFORGE_SHARED__REGION_SIZE',
    ])
  })

  it('says of each device by what it is reached', () => {
    const text = lines.join('\n')
    expect(text).toContain('block, this guest is its driver; the device is dom0; virtio-mmio')
    expect(text).toContain('block, this guest is its device; the driver is other; virtio-mmio')
    expect(text).toContain('rpmsg, this guest is its driver; the device is dom0; in region frames')
    expect(text).not.toContain('_BYTES')
  })
})

it('the overlay has what the guest drives, and no node for a layout that Zephyr has no backend of', () => {
  const text = overlayText(documentOf({ disk, own, shared }, both.regions))
  expect([...text.matchAll(/virtio_\w+: virtio@\w+/g)].map(([node]) => node)).toEqual(['virtio_disk: virtio@2001400'])
  expect(text).toContain('interrupts = <0x0 0xb 0x4 0xa0>;')
  expect(text).toContain('xen-shmem@70000000')
  expect(text).not.toMatch(/virtiodev_|ipc|mbox/)
})

describe('what waits in the guest', () => {
  const text = (of: VirtioDocument, path: string) => String(waitFiles(of).find(([own]) => own === path)?.[1])

  it('waits for each device that the guest drives, and for no other', () => {
    const second = { ...disk, readyAt: 'domforge/virtio/second' }
    const script = text(
      documentOf({ disk, own: { ...own, readyAt: 'no' }, shared, second }),
      'etc/domforge/virtio-wait',
    )
    expect(script).toContain('virtio devices once the programs in another domain serve them: disk, second.\n')
    expect(script.split('\n').filter((line) => line.startsWith('until '))).toEqual([
      "until grep -q '[[:space:]]xenbus$' /proc/interrupts; do sleep 1; done",
      'until served domforge/virtio/disk; do sleep 1; done',
      'until served domforge/virtio/second; do sleep 1; done',
    ])
  })

  it('is started by an initramfs, and by systemd through a link', () => {
    expect(text(both, 'conf/conf.d/domforge-virtio')).toBe('/etc/domforge/virtio-wait &\n')
    const wanted = 'etc/systemd/system/sysinit.target.wants/domforge-virtio.service'
    expect(text(both, wanted)).toBe('../domforge-virtio.service')
  })

  it('is not there where nothing is driven by registers', () => {
    expect(waitFiles(documentOf({ own, shared }))).toEqual([])
  })
})
