/** Files that let a guest wait for the programs behind its virtio devices, for the archive behind its ramdisk. */
import type { VirtioDocument } from '../../guests/virtio-document.ts'
import { templates } from '../templates.ts'
import type { CpioFile } from './cpio.ts'

const PROGRAM = 'etc/domforge/virtio-wait'
const UNIT = 'domforge-virtio.service'
const UNITS = 'etc/systemd/system'

/**
 * The script that waits, the line by which initramfs-tools starts it (which reads every file of conf/conf.d), and a unit for a systemd in the ramdisk. None if
 * the guest drives no virtio-mmio device.
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
