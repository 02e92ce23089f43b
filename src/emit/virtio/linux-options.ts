/** `linux.config`: the options that a guest's kernel needs. */

import { LINUX_DRIVERS, LINUX_GRANTS } from '../../devices/linux-drivers.ts'
import type { Domain } from '../../model/system-model.ts'
import type { MmioDevice } from '../../model/virtio/device.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { devicesOf, mmioOf, staticShmOf } from '../../plan/virtio/planned-virtio.ts'
import { templates } from '../templates.ts'

interface Option {
  readonly line: string
  readonly because: string
}

/** A Kconfig fragment for a guest with devices. */
export const linuxOptionsText = (plan: SystemPlan, domain: Domain): string =>
  templates.linuxConfig({ domain: domain.name, system: plan.model.name, options: [...optionsOf(plan, domain)] })

function* optionsOf({ metadata, virtio }: SystemPlan, domain: Domain): Generator<Option> {
  const devices = devicesOf(virtio, domain.name)
  const shared = staticShmOf(devices)
  const because = shared.length > 0 ? ', and finds its regions by the nodes that Xen creates' : ''
  yield { line: 'CONFIG_XEN=y', because: `the guest runs on Xen${because}` }
  if (metadata.has(domain.name))
    yield { line: 'CONFIG_BLK_DEV_INITRD=y', because: 'metadata.cpio is unpacked with the ramdisk' }
  if (shared.some(({ channels }) => channels.length > 0))
    yield {
      line: 'CONFIG_XEN_DEV_EVTCHN=y',
      because: 'programs notify by event channels; static ones from Linux 6.6 on',
    }
  if (shared.length > 0)
    yield {
      line: 'CONFIG_MODULES=y',
      because: 'a module maps the regions for programs: /dev/mem would map them as device memory',
    }
  yield* driversFor(mmioOf(devices).flatMap(({ device }) => (device.frontend === domain.name ? [device] : [])))
  if (domain.boot === 'dom0less' && domain.console === 'vpl011') {
    yield { line: 'CONFIG_SERIAL_AMBA_PL011=y', because: 'the console that Xen emulates' }
    yield { line: 'CONFIG_SERIAL_AMBA_PL011_CONSOLE=y', because: "the kernel's messages go there" }
  }
}

/** Options of drivers for virtio-mmio devices that the guest drives. */
function* driversFor(devices: readonly MmioDevice[]): Generator<Option> {
  if (devices.length === 0) return
  yield { line: 'CONFIG_VIRTIO_MMIO=m', because: 'a module can wait for the programs that serve the devices' }
  for (const type of new Set(devices.map((device) => device.type.name))) {
    const option = LINUX_DRIVERS[type]
    if (option !== undefined) yield { line: `CONFIG_${option}=m`, because: `the driver of ${type} devices` }
  }
  if (devices.some(({ grants }) => grants))
    for (const option of LINUX_GRANTS)
      yield { line: `CONFIG_${option}=y`, because: 'without it the kernel opens all its memory, and says nothing' }
}
