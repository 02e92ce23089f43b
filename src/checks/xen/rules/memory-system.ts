/** DOM: which memory system a guest of an Armv8-R core has, from 4.22 on (arch/arm/dom0less-build.c: domu_dt_v8r_el1_msa_parse). */
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { at, type DomainView } from '../view/domains.ts'
import { firstString, readProperty } from '../view/property.ts'
import type { XenView } from '../view.ts'

const PROPERTY = 'v8r_el1_msa'
const SINCE = '4.22'

/** The value of the property; `undefined`: it is not there. */
function written({ node }: DomainView): string | undefined {
  const property = readProperty(node.node, PROPERTY)
  return property && firstString(property)
}

/** Whether Xen is built for a core with a memory protection unit in place of page tables: no stock build is. */
const isForMpu = ({ context: { kconfig } }: XenView): boolean => kconfig?.options.get('MPU') === 'y'

export const memorySystemRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-040',
    check(view, verdict) {
      const { context, domains } = view
      if (!isAtLeast(context.release, SINCE) || isForMpu(view)) return
      for (const domain of domains)
        if (written(domain) !== undefined)
          verdict.violated({
            at: at(domain, PROPERTY),
            message: `'${domain.name}' has ${PROPERTY}, which only a Xen for Armv8-R accepts${context.kconfig ? `, and ${context.kconfig.path} is of another one` : ''}`,
            help: `remove ${PROPERTY}`,
          })
    },
  },
  {
    code: 'DOM-041',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, SINCE) || !isForMpu(view)) return
      for (const domain of view.domains) {
        const value = written(domain) ?? 'mpu'
        if (value === 'mmu') continue
        if (value !== 'mpu')
          verdict.violated({
            at: at(domain, PROPERTY),
            message: `${PROPERTY} of '${domain.name}' is "${value}"`,
            help: 'write mpu or mmu, or remove it',
          })
        else if (!domain.directMap || !domain.staticMem)
          verdict.violated({
            at: at(domain, PROPERTY),
            message: `'${domain.name}' has the memory protection unit, and ${domain.directMap ? 'no static memory' : 'is not direct-mapped'}`,
            help: `give it xen,static-mem and direct-map, or set ${PROPERTY} to mmu`,
            remedy: `give it static-mem and direct-map, or set '${PROPERTY}: mmu' in extra-properties`,
          })
      }
    },
  },
]
