/** FDT: properties that Xen reads as strings (common/device-tree/device-tree.c: dt_property_read_string). */
import type { Rule } from '../../rule.ts'
import { readProperty } from '../view/property.ts'
import { originOfProperty, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

const PASSED_OVER = 'Xen would ignore the property'

/** What Xen does with each of these properties when it does not end in NUL. `cpupool-sched`, `xen,shm-id` and those of SCI have rules of their own. */
const OF_DOMAIN: Readonly<Record<string, string>> = {
  'xen,enhanced': "Xen would treat it as 'enabled'",
  passthrough: PASSED_OVER,
  'llc-colors': PASSED_OVER,
}
const OF_REGION: Readonly<Record<string, string>> = { role: PASSED_OVER }

export const textRules: readonly Rule<XenView>[] = [
  {
    code: 'FDT-036',
    check({ domains, shm }, verdict) {
      const look = (node: ScannedNode, names: Readonly<Record<string, string>>): void => {
        for (const [name, effect] of Object.entries(names)) {
          const data = readProperty(node.node, name)?.data
          if (!data || data.length === 0 || data.includes(0)) continue
          verdict.violated({
            at: originOfProperty(node, name),
            message: `${name} of ${node.path} is not a string: it does not end in NUL`,
            help: 'write it as a string',
            effect,
          })
        }
      }
      for (const { node } of domains) look(node, OF_DOMAIN)
      for (const { node } of shm) look(node, OF_REGION)
    },
  },
]
