/** VIO: virtio-mmio devices in `extra-xl` of a guest that has others under `virtio`. */
import { atKey, atValue } from '../../diagnostics/diagnostic.ts'
import type { ExtraXl } from '../../model/extra.ts'
import type { PlannedDom0less, PlannedXl, SystemPlan } from '../../plan/system-plan.ts'
import { mmioOf } from '../../plan/virtio/planned-virtio.ts'
import type { Release } from '../../xen/releases.ts'
import { libxlMakesDevices } from '../../xen/virtio-mmio.ts'
import type { Rule } from '../rule.ts'
import { readDisk } from '../xl/grammar/disk.ts'

export const saidOnceRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'VIO-044',
    check(plan, { violated }) {
      const { release } = plan.model.xen
      for (const guest of [...plan.dom0less, ...plan.xl].filter(hasConfiguration)) {
        const { domain } = guest
        const [first] = mmioOf(plan.virtio).filter(({ device }) => device.frontend === domain.name)
        for (const extra of first ? domain['extra-xl'].filter((own) => makesDevices(own, release)) : [])
          if (first)
            violated({
              at: atValue(extra.pointer),
              message: `'${domain.name}' has virtio devices through ${extra.name} in extra-xl, ${whatThatDoes(domain.boot === 'xl' && libxlMakesDevices(release), extra.name, first.device.name)}`,
              help: 'declare them under virtio, or all in extra-xl',
              related: [{ at: atKey(first.device.pointer), message: `'${first.device.name}' is declared here` }],
            })
      }
    },
  },
]

const hasConfiguration = (guest: PlannedDom0less | PlannedXl): boolean =>
  !('notRecreatable' in guest) || guest.notRecreatable === undefined

function makesDevices({ name, value }: ExtraXl, release: Release): boolean {
  if (name === 'virtio') return true
  const items = typeof value === 'string' ? [value] : typeof value === 'bigint' ? [] : value
  return name === 'disk' && items.some((item) => readDisk(item, release).specification === 'virtio')
}

/** What libxl does with both, as a relative clause. */
function whatThatDoes(isByKey: boolean, key: string, device: string): string {
  if (!isByKey) return `which libxl puts at 0x2000000, with INTID 33, whatever '${device}' has`
  return key === 'virtio' ? `which replaces '${device}'` : `which libxl numbers before '${device}'`
}
