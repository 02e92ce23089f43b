/** VIO: what virtio-mmio devices need from Xen, and from the system in their guest, which probes them once, at its start or when a module is loaded. */

import { LINUX_DRIVERS, LINUX_GRANTS } from '../../devices/linux-drivers.ts'
import { atKey, atValue } from '../../diagnostics/diagnostic.ts'
import { fileKey, type Kconfig } from '../../facts/facts.ts'
import { type Domain, originOf } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { mmioOf } from '../../plan/virtio/planned-virtio.ts'
import { type TrappedVirtio, trappedVirtio } from '../../plan/virtio/trapped.ts'
import { optionFor } from '../../xen/kconfig.ts'
import type { Rule, Verdict } from '../rule.ts'

/** The domain of that name; `undefined`: there is none. */
export const domainOf = ({ model }: SystemPlan, name: string): Domain | undefined =>
  model.domains.find((domain) => domain.name === name)

export const mmioDriverRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'VIO-029',
    check(plan, { violated }) {
      const { kconfig, model } = plan
      const option = optionFor('ioreq', model.xen.release)
      if (!kconfig || !option || kconfig.options.get(option.name) === 'y') return
      // XL-034 reports devices that libxl makes.
      for (const { what, frontend, isByLibxl, pointer } of trappedVirtio(plan))
        if (!isByLibxl)
          violated({
            at: atValue(pointer),
            message: `${what} of '${frontend}' needs ${option.name}, and this Xen is built without it (${kconfig.path})`,
            help: `build Xen with CONFIG_${option.name}=y`,
          })
    },
  },
  {
    code: 'VIO-030',
    check(plan, { violated, undecided }) {
      const all = trappedVirtio(plan)
      for (const frontend of new Set(all.map((one) => one.frontend))) {
        const domain = domainOf(plan, frontend)
        const own = all.filter((one) => one.frontend === frontend)
        const [first] = own
        if (!domain || !first) continue
        const at = atKey(first.pointer)
        const what = namesOf(own)
        const [they, serve] = own.length === 1 ? ['it', 'its program runs'] : ['them', 'their programs run']
        if (domain.boot === 'xl' && looksOnce(plan, domain) && !domain.lifecycle)
          undecided(
            at,
            `whether '${frontend}', which probes ${what} once, at its start, finds ${they} served is not known: create it with 'xl create -p' and unpause it when ${serve}, or give it a lifecycle, which does both`,
          )
        if (domain.boot !== 'dom0less') continue
        const config = kernelConfigOf(plan, domain)
        if (domain.os === 'linux' && config) checkLinux(domain, what, config, violated)
        else if (domain.os === 'linux')
          undecided(
            at,
            `whether the kernel of '${frontend}' probes ${what} before ${serve} is not known: it must have VIRTIO_MMIO=m and load the module afterwards`,
          )
        else if (domain.os === 'other')
          undecided(
            at,
            `whether what runs in '${frontend}' probes ${what} before ${serve} is not known: it has to wait`,
          )
        else
          violated({
            at,
            message: `'${frontend}' runs ${domain.os}, which probes ${what} once, at its start, and Xen starts it before any program in another domain`,
            help: `let dom0 create it: set 'boot: xl' for '${frontend}'`,
          })
      }
    },
  },
  {
    code: 'VIO-037',
    check(plan, { violated }) {
      const firsts = new Map(
        trappedVirtio(plan)
          .toReversed()
          .map((one) => [one.frontend, one]),
      )
      for (const domain of plan.model.domains) {
        const first = firsts.get(domain.name)
        if (!first || domain.boot !== 'dom0less' || domain.os !== 'linux') continue
        if (kernelConfigOf(plan, domain)?.options.get('VIRTIO_MMIO') === 'y') continue
        const words = domain.kernel.bootargs.split(' ')
        if (words.some((word) => /^(module_blacklist|modprobe\.blacklist)=(.*,)?virtio[-_]mmio(,|$)/.test(word)))
          continue
        violated({
          at: originOf(domain.kernel, 'bootargs'),
          message: `nothing keeps udev in '${domain.name}' from loading virtio_mmio before ${first.what} is served`,
          help: 'add modprobe.blacklist=virtio_mmio to its boot arguments',
        })
      }
    },
  },
  {
    code: 'VIO-032',
    check(plan, { violated }) {
      for (const { device } of mmioOf(plan.virtio)) {
        const domain = domainOf(plan, device.frontend)
        const config = domain?.os === 'linux' ? kernelConfigOf(plan, domain) : undefined
        const driver = LINUX_DRIVERS[device.type.name]
        const needed = [...(driver === undefined ? [] : [driver]), ...(device.grants ? LINUX_GRANTS : [])]
        const missing = needed.filter((option) => config && config.options.get(option) === undefined)
        if (config && missing.length > 0)
          violated({
            at: atKey(device.pointer),
            message: `the kernel of '${device.frontend}' cannot use '${device.name}': ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} off (${config.path})`,
            help: `build it with ${missing.map((option) => `CONFIG_${option}`).join(', ')}${device.grants && missing.some((option) => option !== driver) ? ', or set grants: false' : ''}`,
          })
      }
    },
  },
  {
    code: 'VIO-039',
    check(plan, { violated }) {
      for (const { device } of mmioOf(plan.virtio))
        if (device.grants && domainOf(plan, device.frontend)?.os === 'zephyr')
          violated({
            at: atKey(device.pointer),
            message: `'${device.frontend}' runs zephyr, whose driver grants no pages: the program of '${device.name}' would get addresses of memory that it may not map`,
            help: 'set grants: false, and give the program the right to map the memory of its guest',
          })
    },
  },
]

const NAMED = 4

const namesOf = (all: readonly TrappedVirtio[]): string => {
  const names = all.map(({ what }) => what)
  return names.length > NAMED
    ? `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`
    : names.join(', ')
}

/** Whether a guest surely probes devices only at its start. A Linux whose driver is a module can load it later. */
const looksOnce = (plan: SystemPlan, domain: Domain): boolean =>
  domain.os === 'zephyr' || (domain.os === 'linux' && kernelConfigOf(plan, domain)?.options.get('VIRTIO_MMIO') === 'y')

const kernelConfigOf = ({ kernelConfigs }: SystemPlan, { kernel }: Domain): Kconfig | undefined =>
  kernel.config && kernelConfigs.get(fileKey(kernel.config))

/** Reports a kernel whose driver is not a module: built in, it probes before the program runs. */
function checkLinux(
  { name, kernel }: Domain,
  what: string,
  { path, options }: Kconfig,
  violated: Verdict['violated'],
): void {
  const driver = options.get('VIRTIO_MMIO')
  if (driver === 'm') return
  violated({
    at: atKey(kernel.config?.pointer ?? kernel.pointer),
    message:
      driver === 'y'
        ? `the kernel of '${name}' has VIRTIO_MMIO built in (${path}): it probes ${what} before any program in another domain runs`
        : `the kernel of '${name}' has no driver for ${what}: VIRTIO_MMIO is off (${path})`,
    help: 'build it with CONFIG_VIRTIO_MMIO=m, and load the module when the program runs',
  })
}
