/** XL: values with a grammar of their own, and keys that depend on the kernel. */
import { isAdded } from '../../xen/fork-features.ts'
import type { Rule } from '../rule.ts'
import { isQuota, isUuid, unknownInVif, wrongArmSci, wrongInVif } from './grammar/other.ts'
import { entryOf, integerOf, itemsOf, textOf, type XlContext } from './xl-context.ts'

export const textRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-004',
    check({ domains }, verdict) {
      for (const domain of domains) {
        const entry = entryOf(domain, 'uuid')
        const uuid = textOf(entry)
        if (entry && uuid !== undefined && !isUuid(uuid))
          verdict.violated({
            at: entry.origin,
            message: `'uuid' of '${domain.config.domain}' is '${uuid}'`,
            help: 'write 32 hexadecimal digits as 8-4-4-4-12, or remove it: xl generates one',
          })
      }
    },
  },
  {
    code: 'XL-017',
    check({ domains, features = [] }, verdict) {
      if (isAdded(features, 'xlKeys', 'arm_sci')) return
      for (const domain of domains) {
        const entry = entryOf(domain, 'arm_sci')
        const type = wrongArmSci(textOf(entry) ?? '')
        if (entry && type !== undefined)
          verdict.violated({
            at: entry.origin,
            message: `'arm_sci' of '${domain.config.domain}' has the type '${type}'`,
            help: 'write type=scmi_smc, or remove it',
          })
      }
    },
  },
  {
    code: 'XL-055',
    check({ domains }, verdict) {
      for (const domain of domains) {
        const entry = entryOf(domain, 'acpi')
        const format = domain.kernel?.format.kind === 'gzip' ? domain.kernel.format.content : domain.kernel?.format
        if (entry && (integerOf(entry) ?? 0n) !== 0n && format?.kind === 'zimage')
          verdict.violated({
            at: entry.origin,
            message: `'acpi' of '${domain.config.domain}' is on, and its kernel ${domain.kernel?.path} is a 32-bit one`,
            help: 'remove acpi',
          })
      }
    },
  },
  {
    code: 'XL-056',
    check({ domains }, verdict) {
      for (const domain of domains)
        for (const { text, at } of itemsOf(domain, 'vif')) {
          const wrong = wrongInVif(text)
          if (wrong !== undefined)
            verdict.violated({
              at,
              message: `'vif' of '${domain.config.domain}' has '${wrong}', which xl cannot read`,
              help: 'write mac=00:16:3e:01:02:03, and type=vif or no type',
            })
        }
    },
  },
  {
    code: 'XL-071',
    check({ domains, release }, verdict) {
      for (const domain of domains)
        for (const { text, at } of itemsOf(domain, 'vif'))
          for (const part of unknownInVif(text, release))
            verdict.violated({
              at,
              message: `'vif' of '${domain.config.domain}' has '${part}', which xl does not know`,
              help: 'correct it, or remove it: xl knows mac, bridge, ip, script, rate, backend, vifname, model, mtu and a few more',
            })
    },
  },
  {
    code: 'XL-058',
    check({ domains }, verdict) {
      for (const domain of domains)
        for (const { text, at } of itemsOf(domain, 'xenstore_quota'))
          if (!isQuota(text))
            verdict.violated({
              at,
              message: `'xenstore_quota' of '${domain.config.domain}' has '${text}', which xl cannot read`,
              help: 'write NAME=NUMBER',
            })
    },
  },
]
