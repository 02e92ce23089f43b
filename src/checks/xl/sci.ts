/** XL: control of clocks and power by SCMI, as a configuration asks for it. */
import type { Rule } from '../rule.ts'
import { clients, isForGuests, isUpstream, mediator } from '../xen/view/sci.ts'
import { asksForScmi } from './grammar/other.ts'
import { entryOf, textOf, type XlContext } from './xl-context.ts'

export const sciRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-018',
    check({ domains, host }, verdict) {
      if (!host || !domains.some((domain) => entryOf(domain, 'arm_sci'))) return
      if (!isUpstream(host) || !mediator(host)) return
      const before = clients(host).map(({ name }) => name)
      for (const domain of domains) {
        const { domain: own } = domain.config
        const entry = entryOf(domain, 'arm_sci')
        if (!entry || !asksForScmi(textOf(entry) ?? '')) continue
        const other = before.find((name) => name !== own)
        before.push(own)
        if (!isForGuests(host))
          verdict.violated({
            at: entry.origin,
            message: `'${own}' is to control clocks and power by SCMI, and Xen is not told to let a domain do so`,
            help: "add scmi-smc-passthrough to Xen's arguments, or remove arm_sci",
            remedy: 'add scmi-smc-passthrough to xen.bootargs, or remove arm_sci',
          })
        else if (other !== undefined)
          verdict.doubtful({
            at: entry.origin,
            message: `'${own}' is to control clocks and power by SCMI, and so is '${other}': only one of them can run at a time`,
            help: 'remove arm_sci of all domains but one, or run one after the other',
          })
      }
    },
  },
]
