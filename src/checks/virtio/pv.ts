/** PV: disks and networks that another domain serves with drivers for Xen. */
import { atKey, atValue, member } from '../../diagnostics/diagnostic.ts'
import { dom0Of, type Guest, originOf } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import type { Rule } from '../rule.ts'
import { DUMMY_OPENS, keptApart } from '../silo.ts'

const guestsOf = ({ dom0less, xl }: SystemPlan): readonly Guest[] => [...dom0less, ...xl].map(({ domain }) => domain)

export const pvRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'PV-001',
    check(plan, { violated }) {
      for (const domain of guestsOf(plan)) {
        const [first] = [...domain.disks, ...domain.networks]
        if (!first || domain.boot !== 'dom0less') continue
        if (!dom0Of(plan.model))
          violated({
            at: atKey(first.pointer),
            message: `'${first.name}' of '${domain.name}' is created by xl, and there is no dom0`,
            help: 'add a dom0, or remove it',
          })
        else if (domain.enhanced !== 'enabled')
          violated({
            at: originOf(domain, 'enhanced'),
            message: `'${domain.name}' has enhanced: ${domain.enhanced}, and '${first.name}' needs xenstore`,
            help: 'set enhanced: enabled',
            related: [{ at: atKey(first.pointer), message: `'${first.name}' is declared here` }],
          })
      }
    },
  },
  {
    code: 'PV-002',
    check(plan, { violated }) {
      // XL-037 reports domains that have a configuration of xl.
      const first = plan.dom0less.filter(({ notRecreatable }) => notRecreatable !== undefined)
      for (const { name, disks } of first.map(({ domain }) => domain))
        for (const [index, disk] of disks.entries()) {
          const other = disks.slice(0, index).find(({ vdev }) => vdev === disk.vdev)
          if (other)
            violated({
              at: atKey(disk.pointer),
              message: `'${disk.name}' and '${other.name}' of '${name}' are both ${disk.vdev}`,
              help: 'set vdev of one of them',
              related: [{ at: atKey(other.pointer), message: `'${other.name}' is declared here` }],
            })
        }
    },
  },
  {
    code: 'PV-003',
    check(plan, { violated }) {
      for (const domain of guestsOf(plan))
        for (const extra of domain['extra-xl']) {
          const own = extra.name === 'disk' ? domain.disks : extra.name === 'vif' ? domain.networks : []
          const [first] = own
          if (first)
            violated({
              at: atValue(extra.pointer),
              message: `'${domain.name}' has ${extra.name} in extra-xl, which would replace '${first.name}'`,
              help: `move it to ${extra.name === 'disk' ? 'disks' : 'networks'}`,
              related: [{ at: atKey(first.pointer), message: `'${first.name}' is declared here` }],
            })
        }
    },
  },
  {
    code: 'PV-004',
    check(plan, { violated }) {
      for (const domain of guestsOf(plan))
        for (const { backend, pointer, name } of [...domain.disks, ...domain.networks]) {
          const server = plan.model.domains.find((candidate) => candidate.name === backend)
          if (server?.name === domain.name)
            violated({
              at: atValue(member(pointer, 'backend')),
              message: `'${domain.name}' cannot serve '${name}' to itself`,
              effect: 'both ends would be in one domain, and wait for each other',
              help: 'name another domain, or leave backend out: dom0 serves it',
            })
          if (!server || server.name === domain.name || !keptApart(plan, server, domain)) continue
          violated({
            at: atValue(member(pointer, 'backend')),
            message: `'${server.name}' cannot serve '${name}' to '${domain.name}': neither may control others, and SILO lets them share nothing`,
            help: `serve it from dom0, or add ${DUMMY_OPENS}`,
          })
        }
    },
  },
]
