/** `linux.config`: what the kernel of a guest must be able to do. */

import type { Domain } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { devicesOf, staticShmOf } from '../../plan/virtio/planned-virtio.ts'
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
  yield { line: 'CONFIG_XEN=y', because: 'the guest runs on Xen, and finds its regions by the nodes that Xen creates' }
  if (metadata.has(domain.name))
    yield { line: 'CONFIG_BLK_DEV_INITRD=y', because: 'metadata.cpio is unpacked with the ramdisk' }
  if (staticShmOf(devices).some(({ channels }) => channels.length > 0))
    yield {
      line: 'CONFIG_XEN_DEV_EVTCHN=y',
      because: 'programs notify by event channels; static ones from Linux 6.6 on',
    }
  yield {
    line: 'CONFIG_MODULES=y',
    because: 'a module maps the regions for programs: /dev/mem would map them as device memory',
  }
  if (domain.boot === 'dom0less' && domain.console === 'vpl011') {
    yield { line: 'CONFIG_SERIAL_AMBA_PL011=y', because: 'the console that Xen emulates' }
    yield { line: 'CONFIG_SERIAL_AMBA_PL011_CONSOLE=y', because: "the kernel's messages go there" }
  }
}
