/** What lets a guest wait for the programs behind its virtio devices, in the archive that its kernel unpacks after its ramdisk. */
import type { VirtioDocument } from '../../guests/virtio-document.ts'
import { templates } from '../templates.ts'
import type { CpioFile } from './cpio.ts'

const PROGRAM = 'etc/domforge/virtio-wait'
const UNIT = 'domforge-virtio.service'
const UNITS = 'etc/systemd/system'

/**
 * The waiting script, the line by which initramfs-tools starts it (it reads every file of conf/conf.d), and the unit of a systemd in the ramdisk.
 * Nothing where the guest drives no virtio-mmio device.
 */
export function waitFiles({ domain, devices }: VirtioDocument): readonly CpioFile[] {
  const driven = Object.entries(devices).flatMap(([name, device]) =>
    device.transport === 'mmio' && device.role === 'driver' ? [{ name, key: device.readyAt }] : [],
  )
  if (driven.length === 0) return []
  const view = {
    domain: domain.name,
    devices: driven.map(({ name }) => name).join(', '),
    keys: driven.map(({ key }) => key),
  }
  return [
    [PROGRAM, Buffer.from(templates.virtioWait(view)), 'program'],
    ['conf/conf.d/domforge-virtio', Buffer.from(`/${PROGRAM} &\n`)],
    [`${UNITS}/${UNIT}`, Buffer.from(templates.virtioWaitService(view))],
    [`${UNITS}/sysinit.target.wants/${UNIT}`, Buffer.from(`../${UNIT}`), 'link'],
  ]
}
