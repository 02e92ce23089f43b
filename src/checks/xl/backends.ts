/** XL: domains other than dom0 that serve devices: `backend=` in `virtio`, `disk`, `vif` and `p9`. */
import type { Rule } from '../rule.ts'
import { hasCapability } from '../xen/view/capabilities.ts'
import { selectsSilo } from '../xen/view/security-module.ts'
import { readDisk } from './grammar/disk.ts'
import { backendOfP9, backendOfVif } from './grammar/other.ts'
import { readVirtio } from './grammar/virtio.ts'
import { entryOf, isExtra, itemsOf, textOf, type XlContext, type XlDomainContext, type XlItem } from './xl-context.ts'

/** Name of dom0 in xl (tools/helpers/xen-init-dom0.c). */
const DOM0 = 'Domain-0'

interface Backend {
  readonly key: 'virtio' | 'disk' | 'vif' | 'p9'
  readonly domain: XlDomainContext
  readonly item: XlItem
  /** The backend as it is written: a name, or an id in decimal (tools/libs/light/libxl_utils.c: libxl_domain_qualifier_to_domid). */
  readonly name: string
  /** Whether the frontend grants it single pages. */
  readonly usesGrants: boolean
}

const backendsOf = ({ domains, release }: XlContext): readonly Backend[] =>
  domains.flatMap((domain) => [
    ...itemsOf(domain, 'virtio').flatMap((item) => {
      const { backend: name, grantUsage } = readVirtio(item.text)
      return name === undefined ? [] : [{ key: 'virtio' as const, domain, item, name, usesGrants: grantUsage !== '0' }]
    }),
    ...itemsOf(domain, 'disk').flatMap((item) => {
      const { backend: name, grantUsage } = readDisk(item.text, release)
      return name === undefined ? [] : [{ key: 'disk' as const, domain, item, name, usesGrants: grantUsage !== '0' }]
    }),
    ...itemsOf(domain, 'vif').flatMap((item) => {
      const name = backendOfVif(item.text)
      return name === undefined ? [] : [{ key: 'vif' as const, domain, item, name, usesGrants: true }]
    }),
    ...itemsOf(domain, 'p9').flatMap((item) => {
      const name = backendOfP9(item.text)
      return name === undefined ? [] : [{ key: 'p9' as const, domain, item, name, usesGrants: true }]
    }),
  ])

const nameOf = (domain: XlDomainContext): string => textOf(entryOf(domain, 'name')) ?? domain.config.domain

/** Names and ids of domains that may not control others: those that xl creates, and those that Xen starts without the capability control. */
function ordinaryNames({ domains, bootNames, host, release }: XlContext): ReadonlySet<string> {
  const booted = (host?.domains ?? []).flatMap((domain, index) =>
    hasCapability(domain, 'control', release) ? [] : [index + 1],
  )
  const names = [...bootNames].flatMap(([name, id]) => (booted.includes(id) ? [name] : []))
  return new Set([...domains.map(nameOf), ...names, ...booted.map(String)])
}

/** Whether the user wrote a key in `extra-xl`. Devices of other keys of the manifest have rules of their own. */
function isUsers(domain: XlDomainContext, key: string): boolean {
  const entry = entryOf(domain, key)
  return entry !== undefined && isExtra(entry.origin)
}

export const backendRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-033',
    check(context, verdict) {
      const names = new Set([DOM0, ...context.domains.map(nameOf), ...context.bootNames.keys()])
      for (const { key, domain, item, name } of backendsOf(context))
        if (!/^\d*$/.test(name) && !names.has(name))
          verdict.violated({
            at: item.at,
            message: `'${key}' of '${domain.config.domain}' has the backend '${name}', and no domain has that name`,
            help: `name ${[...names].filter((own) => !/^dom0less-\d+$/.test(own)).join(', ')} or another domain that runs before this one is created`,
          })
    },
  },
  {
    code: 'D0-016',
    check(context, verdict) {
      if (!context.host || !selectsSilo(context.host)) return
      const ordinary = ordinaryNames(context)
      for (const { key, domain, item, name, usesGrants } of backendsOf(context))
        if (usesGrants && isUsers(domain, key) && ordinary.has(name) && name !== nameOf(domain))
          verdict.violated({
            at: item.at,
            message: `'${key}' of '${domain.config.domain}' is served by '${name}', and XSM's SILO module lets domains share pages and event channels with dom0 alone`,
            help: "add xsm=dummy to Xen's arguments, or let dom0 serve the device",
            remedy: 'add xsm=dummy to xen.bootargs, or let dom0 serve the device',
          })
    },
  },
]
