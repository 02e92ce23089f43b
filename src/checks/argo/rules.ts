/** ARG: what links by Argo need from Xen and from their ends. */
import { atKey, atValue, type ManifestOrigin, member } from '../../diagnostics/diagnostic.ts'
import { isRestart, lifecycleOf, type ManagedDomain } from '../../lifecycle/managed.ts'
import type { ArgoEnd, ArgoLink } from '../../model/partition.ts'
import { type Domain, originOf } from '../../model/system-model.ts'
import { identifierOf } from '../../model/virtio/identifiers.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { parseBoolean, wordsOf } from '../../xen/command-words.ts'
import { optionFor } from '../../xen/kconfig.ts'
import type { Rule } from '../rule.ts'
import { DUMMY_OPENS, keptApart } from '../silo.ts'

const domainOf = ({ model }: SystemPlan, { domain }: ArgoEnd): Domain | undefined =>
  model.domains.find(({ name }) => name === domain)

export const argoRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'ARG-001',
    check({ argo, model: { xen } }, { violated }) {
      const [first] = argo
      if (!first || enablesArgo(xen.bootargs)) return
      const said = wordsOf(xen.bootargs).flatMap(({ key, text }) => (key === 'argo' || key === 'no-argo' ? [text] : []))
      violated({
        at: originOf(xen, 'bootargs'),
        message:
          said.length === 0
            ? `Argo is off without argo=1 among Xen's arguments, and '${first.link.name}' needs it`
            : `'${said.join(' ')}' among Xen's arguments does not turn Argo on, and '${first.link.name}' needs it`,
        help: "add argo=1; 'argo' alone has no effect",
        related: [{ at: atKey(first.link.pointer), message: `'${first.link.name}' is declared here` }],
      })
    },
  },
  {
    code: 'ARG-002',
    check({ argo, kconfig, model: { xen } }, { violated }) {
      const option = optionFor('argo', xen.release)
      const [first] = argo
      if (!first || !kconfig || !option || kconfig.options.get(option.name) === 'y') return
      violated({
        at: atKey(first.link.pointer),
        message: `'${first.link.name}' needs ${option.name}, and this Xen is built without it (${kconfig.path})`,
        help: `build Xen with CONFIG_${option.behind}=y and CONFIG_${option.name}=y`,
      })
    },
  },
  {
    code: 'ARG-003',
    check(plan, { violated }) {
      for (const { link } of plan.argo) {
        const [first, second] = link.ends.map((end) => domainOf(plan, end))
        if (first && second && keptApart(plan, first, second))
          violated({
            at: atKey(link.pointer),
            message: `'${first.name}' and '${second.name}' cannot send each other anything: neither may control others, and SILO keeps them apart`,
            help: `join each with dom0 instead, or add ${DUMMY_OPENS}`,
          })
      }
    },
  },
  {
    code: 'ARG-004',
    check({ argo }, { violated }) {
      for (const [index, { link, port }] of argo.entries()) {
        const ends = link.ends
          .map(({ domain }) => domain)
          .toSorted()
          .join()
        const other = argo.slice(0, index).find(
          (before) =>
            before.port.value === port.value &&
            before.link.ends
              .map(({ domain }) => domain)
              .toSorted()
              .join() === ends,
        )
        if (other)
          violated({
            at: placeOf(port.by === 'manifest', link.pointer),
            message: `'${link.name}' and '${other.link.name}' join the same two domains on port ${port.value}`,
            help: 'give one of them another port, or leave it out',
            related: [{ at: atKey(other.link.pointer), message: `'${other.link.name}' is declared here` }],
          })
      }
    },
  },
  {
    code: 'ARG-007',
    check({ argo }, { violated }) {
      const links = argo.map(({ link }) => link)
      for (const [index, link] of links.entries()) {
        const name = identifierOf(link.name)
        const other = links
          .slice(0, index)
          .find((before) => identifierOf(before.name) === name && commonEnd(before, link))
        if (other)
          violated({
            at: atKey(link.pointer),
            message: `'${link.name}' and '${other.name}' of '${commonEnd(other, link)}' are both ${name} in C`,
            help: 'choose another name',
            related: [{ at: atKey(other.pointer), message: `'${other.name}' is declared here` }],
          })
      }
    },
  },
  {
    code: 'ARG-005',
    check(plan, { violated }) {
      for (const { link } of plan.argo)
        for (const end of link.ends) {
          const why = whyItsIdChanges(plan, end)
          const peer = link.ends.find((other) => other !== end)
          if (why !== undefined && peer)
            violated({
              at: atKey(end.pointer),
              message: `the id of '${end.domain}' that '${peer.domain}' is given does not last: ${why}`,
              help: `let '${peer.domain}' learn the id when '${end.domain}' runs, from xenstore or from dom0, and register its ring for it`,
            })
        }
    },
  },
  {
    code: 'ARG-006',
    check(plan, { violated }) {
      for (const { link } of plan.argo)
        for (const end of link.ends) {
          const domain = domainOf(plan, end)
          if (domain?.boot === 'dom0less' && domain.enhanced === 'disabled')
            violated({
              at: originOf(domain, 'enhanced'),
              message: `'${domain.name}' has enhanced: disabled, so nothing in its tree says that it runs on Xen, and no interrupt signals messages of '${link.name}' to it`,
              help: 'set enhanced: no-xenstore',
              related: [{ at: atKey(end.pointer), message: `'${domain.name}' is an end here` }],
            })
        }
    },
  },
]

/** Name of a domain that is an end of both links. */
const commonEnd = (one: ArgoLink, other: ArgoLink): string | undefined =>
  one.ends.find(({ domain }) => other.ends.some((end) => end.domain === domain))?.domain

const placeOf = (isGiven: boolean, link: string): ManifestOrigin =>
  isGiven ? atValue(member(link, 'port')) : atKey(link)

/** Whether Xen's arguments switch Argo on: of all booleans in the lists of all words the last counts (xen/common/argo.c: parse_argo). */
function enablesArgo(bootargs: string): boolean {
  const said = wordsOf(bootargs).flatMap(({ key, value }) => {
    if (key === 'no-argo' && value === undefined) return [false]
    return key === 'argo' ? (value ?? '').split(',').flatMap((item) => parseBoolean(item) ?? []) : []
  })
  return said.at(-1) ?? false
}

/** Why the domain will have another id than after the boot, as a clause: Xen gives a domain that is created again the next number. `undefined`: it keeps its id. */
function whyItsIdChanges(plan: SystemPlan, end: ArgoEnd): string | undefined {
  if (domainOf(plan, end)?.boot === 'xl') return 'xl creates it, and Xen numbers it then'
  const { domains } = lifecycleOf(plan)
  const managed = domains.find(({ domain }) => domain.name === end.domain)
  if (managed && restarts(managed)) return 'its lifecycle starts it again, and Xen then gives it another'
  const other = domains.find(
    ({ dependents, actions }) =>
      dependents.includes(end.domain) && Object.values(actions).includes('restart-dependents'),
  )
  return other && managed ? `it is started again with '${other.domain.name}', and Xen then gives it another` : undefined
}

const restarts = ({ actions }: ManagedDomain): boolean => Object.values(actions).some(isRestart)
