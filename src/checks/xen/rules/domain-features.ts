/** DOM: features of boot-time domains that depend on the release, on Xen's options or on other domains. */
import type { WayOut } from '../../../diagnostics/diagnostic.ts'
import { DOMAIN_PROPERTIES, ENHANCED_VALUES, VCPU_NODES_SINCE } from '../../../xen/domain-properties.ts'
import { isAdded } from '../../../xen/fork-features.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import { didYouMean } from '../../did-you-mean.ts'
import type { Rule } from '../../rule.ts'
import { unreadWord } from '../unread-word.ts'
import { hasCapability } from '../view/capabilities.ts'
import { at, wantsXenstore } from '../view/domains.ts'
import { readProperty, readU32, stringList } from '../view/property.ts'
import { isAvailable, isCompatible } from '../view/scan.ts'
import type { XenView } from '../view.ts'

/** Properties that any node of a device tree may have. */
const ANY_NODE: ReadonlySet<string> = new Set(['phandle', 'linux,phandle', 'name', 'status', 'ranges'])

/** What to do about a property that upstream does not read. */
function unreadProperty(name: string): WayOut {
  const meant = didYouMean(name, DOMAIN_PROPERTIES)
  if (meant !== undefined) return { help: meant }
  return unreadWord('properties', name, 'remove it, unless your Xen is a fork that reads it')
}

export const domainFeatureRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-012',
    check({ domains }, verdict) {
      for (const domain of domains)
        if (domain.directMap && !domain.staticMem)
          verdict.violated({
            at: at(domain, 'direct-map'),
            message: `'${domain.name}' has direct-map and no xen,static-mem`,
            help: 'remove direct-map, or give the domain static memory',
          })
    },
  },
  {
    code: 'DOM-021',
    check({ domains, context }, verdict) {
      const effect = isAtLeast(context.release, '4.18') ? {} : { effect: 'the guest would run without its console' }
      for (const domain of domains)
        if (domain.vpl011 && domain.nrSpis === 0)
          verdict.violated({
            at: at(domain, 'nr_spis'),
            message: `'${domain.name}' has nr_spis 0, and its virtual PL011 needs one SPI`,
            help: 'set nr_spis to at least 1, leave it out, or leave vpl011 out',
            remedy: "set nr-spis to at least 1, leave it out, or set 'console: none'",
            ...effect,
          })
    },
  },
  {
    code: 'DOM-025',
    check({ domains, context: { kconfig } }, verdict) {
      if (!kconfig || kconfig.options.get('SBSA_VUART_CONSOLE') === 'y') return
      for (const domain of domains)
        if (domain.vpl011)
          verdict.violated({
            at: at(domain, 'vpl011'),
            message: `'${domain.name}' has a virtual PL011, and Xen was built without SBSA_VUART_CONSOLE (${kconfig.path})`,
            help: 'build Xen with CONFIG_SBSA_VUART_CONSOLE=y, or leave vpl011 out',
            remedy: "build Xen with CONFIG_SBSA_VUART_CONSOLE=y, or set 'console: none'",
          })
    },
  },
  {
    code: 'DOM-026',
    check({ domains, context }, verdict) {
      if (!isAtLeast(context.release, '4.21')) return
      for (const domain of domains) {
        const value = readU32(domain.node.node, 'trap-unmapped-accesses')
        if (value !== undefined && value > 1)
          verdict.violated({
            at: at(domain, 'trap-unmapped-accesses'),
            message: `trap-unmapped-accesses of '${domain.name}' is ${value}, not 0 or 1`,
            help: 'use 0 or 1',
          })
      }
    },
  },
  {
    code: 'DOM-042',
    check({ domains, modules, context }, verdict) {
      if (modules.some((module) => module.kind === 'kernel' && !module.domU)) return
      const { release } = context
      if (domains.some((domain) => hasCapability(domain, 'xenstore', release))) return
      for (const domain of domains)
        if (wantsXenstore(domain, release))
          verdict.violated({
            at: at(domain, 'xen,enhanced'),
            message: `'${domain.name}' wants xenstore (xen,enhanced = "${domain.enhanced}"), and no domain provides it`,
            help: 'add a dom0, or set xen,enhanced to no-xenstore or disabled',
            remedy: "add a domain with 'boot: dom0', or set 'enhanced: no-xenstore' or 'enhanced: disabled'",
          })
    },
  },
  {
    code: 'DOM-065',
    needs: ['DOM-042'],
    check({ domains, context: { release } }, verdict) {
      for (const domain of domains) {
        const { name, vcpus = 1 } = domain
        if (vcpus < 2 || !wantsXenstore(domain, release) || hasCapability(domain, 'xenstore', release)) continue
        verdict.violated({
          at: at(domain, 'cpus'),
          message: `'${name}' has ${vcpus} vCPUs and wants xenstore, and init-dom0less fails for it`,
          help: 'give it one vCPU, or set xen,enhanced to no-xenstore',
          remedy: "set 'vcpus: 1' or 'enhanced: no-xenstore', or let dom0 create it ('boot: xl')",
        })
      }
    },
  },
  {
    code: 'DOM-043',
    check({ domains, context }, verdict) {
      for (const domain of domains) {
        if (domain.enhanced === undefined || domain.enhanced === '') continue
        const since = Object.hasOwn(ENHANCED_VALUES, domain.enhanced) ? ENHANCED_VALUES[domain.enhanced] : undefined
        if (since && isAtLeast(context.release, since)) continue
        const why = since ? `is new in Xen ${since}` : 'is not a value that Xen knows'
        verdict.violated({
          at: at(domain, 'xen,enhanced'),
          message: `xen,enhanced of '${domain.name}': "${domain.enhanced}" ${why}, and Xen ${context.release} treats it as disabled`,
          help: 'use enabled, no-xenstore or disabled',
        })
      }
    },
  },
  {
    code: 'DOM-045',
    check({ domains, context }, verdict) {
      if (!isAtLeast(context.release, '4.19')) return
      for (const domain of domains) {
        const [value] = stringList(readProperty(domain.node.node, 'passthrough'))
        if (readProperty(domain.node.node, 'passthrough') && value !== 'enabled' && value !== 'disabled')
          verdict.violated({
            at: at(domain, 'passthrough'),
            message: `passthrough of '${domain.name}' is "${value ?? ''}", and only "enabled" enables it`,
            help: 'use "enabled", or leave it out',
          })
      }
    },
  },
  {
    code: 'DOM-047',
    check({ domains, context }, verdict) {
      const { features = [] } = context
      for (const domain of domains) {
        const vcpu = domain.node.children.find((child) => isCompatible(child, 'xen,vcpu'))
        if (vcpu && !isAtLeast(context.release, VCPU_NODES_SINCE))
          verdict.violated({
            at: vcpu.origin,
            message: `hard-affinity of '${domain.name}' is new in Xen ${VCPU_NODES_SINCE}, and this is Xen ${context.release}`,
            help: `use Xen ${VCPU_NODES_SINCE} or newer, or leave it out`,
          })
        for (const { name } of domain.node.node.properties) {
          const since = Object.hasOwn(DOMAIN_PROPERTIES, name) ? DOMAIN_PROPERTIES[name] : undefined
          if (since && !isAtLeast(context.release, since) && !isAdded(features, 'properties', name))
            verdict.violated({
              at: at(domain, name),
              message: `${name} of '${domain.name}' is new in Xen ${since}, and this is Xen ${context.release}`,
              help: `use Xen ${since} or newer, or leave it out`,
            })
        }
      }
    },
  },
  {
    code: 'DOM-048',
    check({ domains, chosen }, verdict) {
      for (const node of chosen?.children ?? []) {
        const lost = !isCompatible(node, 'xen,domain') && node.children.some((c) => isCompatible(c, 'multiboot,kernel'))
        if (lost)
          verdict.violated({
            at: node.origin,
            message: `${node.path} holds a kernel but is not compatible with xen,domain`,
            help: 'make the node a child of /chosen, compatible with xen,domain',
          })
      }
      for (const domain of domains)
        for (const child of domain.node.children)
          if (isCompatible(child, 'xen,domain'))
            verdict.violated({
              at: child.origin,
              message: `${child.path} is a domain inside a domain`,
              help: 'make the node a child of /chosen, compatible with xen,domain',
            })
    },
  },
  {
    code: 'DOM-049',
    check({ domains }, verdict) {
      for (const domain of domains)
        if (!isAvailable(domain.node))
          verdict.violated({
            at: at(domain, 'status'),
            message: `'${domain.name}' has a status that disables it, and Xen builds it anyway`,
            help: 'remove the whole domain instead',
          })
    },
  },
  {
    code: 'DOM-058',
    check({ domains, context }, verdict) {
      const { kconfig, release } = context
      const [first] = domains
      if (!first || !kconfig || !isAtLeast(release, '4.19') || kconfig.options.get('DOM0LESS_BOOT') === 'y') return
      verdict.violated({
        at: first.node.origin,
        message: `'${first.node.node.name}' would be built at boot, and Xen was built without DOM0LESS_BOOT (${kconfig.path})`,
        help: 'build Xen with CONFIG_DOM0LESS_BOOT=y',
      })
    },
  },
  {
    code: 'DOM-059',
    check({ domains, context: { features = [] } }, verdict) {
      for (const domain of domains)
        for (const { name } of domain.node.node.properties)
          if (!Object.hasOwn(DOMAIN_PROPERTIES, name) && !ANY_NODE.has(name) && !isAdded(features, 'properties', name))
            verdict.violated({
              at: at(domain, name),
              message: `no release of Xen reads '${name}' of a domain ('${domain.name}')`,
              ...unreadProperty(name),
            })
    },
  },
]
