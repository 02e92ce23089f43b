/** DOM: control of clocks and power by SCMI, as a domain's node asks for it (arch/arm/dom0less-build.c: arch_parse_dom0less_node). */
import type { Rule } from '../../rule.ts'
import { buildWith, builtWithout } from '../built-without.ts'
import { hasCapability } from '../view/capabilities.ts'
import { at } from '../view/domains.ts'
import { clients, isForGuests, isUpstream, mediator, sciTextOf } from '../view/sci.ts'
import type { XenView } from '../view.ts'

const TYPES: ReadonlySet<string> = new Set(['none', 'scmi_smc'])

export const sciRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-035',
    check(view, verdict) {
      if (!isUpstream(view)) return
      for (const domain of view.domains) {
        const type = sciTextOf(domain, 'xen,sci_type')
        if (type !== undefined && !TYPES.has(type))
          verdict.violated({
            at: at(domain, 'xen,sci_type'),
            message: `xen,sci_type of '${domain.name}' is ${type === '' ? 'not a string' : `"${type}"`}`,
            help: 'use scmi_smc or none',
          })
      }
    },
  },
  {
    code: 'DOM-036',
    check(view, verdict) {
      const option = builtWithout(view.context, 'scmi-smc')
      if (option === undefined) return
      for (const domain of clients(view))
        verdict.violated({
          at: at(domain, 'xen,sci_type'),
          message: `'${domain.name}' is to control clocks and power by SCMI, and Xen was built without ${option}`,
          help: buildWith(option),
        })
    },
  },
  {
    code: 'DOM-037',
    check(view, verdict) {
      const asking = clients(view)
      if (asking.length === 0 || !mediator(view) || isForGuests(view)) return
      for (const domain of asking)
        if (!hasCapability(domain, 'hardware', view.context.release))
          verdict.violated({
            at: at(domain, 'xen,sci_type'),
            message: `'${domain.name}' is to control clocks and power by SCMI, and Xen is not told to let a domain do so`,
            help: "add scmi-smc-passthrough to Xen's arguments, or leave xen,sci_type out",
            remedy: 'add scmi-smc-passthrough to xen.bootargs, or leave xen,sci_type out',
          })
    },
  },
  {
    code: 'DOM-038',
    needs: ['DOM-037'],
    check(view, verdict) {
      const asking = clients(view)
      if (asking.length === 0 || !mediator(view)) return
      const { release } = view.context
      const own = asking.filter((domain) => !isForGuests(view) || !hasCapability(domain, 'hardware', release))
      const [first, ...others] = own
      for (const domain of others)
        verdict.violated({
          at: at(domain, 'xen,sci_type'),
          message: `'${domain.name}' is to control clocks and power by SCMI, and so is '${first?.name}': the firmware knows one client`,
          help: 'leave xen,sci_type out of all domains but one',
        })
    },
  },
  {
    code: 'DOM-039',
    needs: ['DOM-036'],
    check(view, verdict) {
      const asking = clients(view)
      if (asking.length === 0 || mediator(view)) return
      for (const domain of asking)
        verdict.violated({
          at: at(domain, 'xen,sci_type'),
          message: `'${domain.name}' is to control clocks and power by SCMI, and the board has no node compatible with arm,scmi-smc that is enabled and has arm,smc-id`,
          help: 'leave xen,sci_type out, or describe the firmware in the host device tree',
        })
    },
  },
]
