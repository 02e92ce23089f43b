/** MOD: the policy of Xen's security module (xen/xsm/xsm_policy.c, xsm_core.c). */
import type { Rule } from '../../rule.ts'
import { fileOf } from '../files.ts'
import { lastValue } from '../reading/command-line.ts'
import type { XenReading } from '../reading.ts'

const policiesOf = ({ modules }: XenReading) => modules.filter(({ kind }) => kind === 'xsm-policy')

export const policyRules: readonly Rule<XenReading>[] = [
  {
    code: 'MOD-027',
    check(reading, verdict) {
      for (const module of policiesOf(reading)) {
        const file = fileOf(reading, module)
        if (file && file.format.kind !== 'xsm-policy')
          verdict.violated({
            at: module.node.origin,
            message: `${file.path} does not begin like a FLASK policy`,
            help: "name the xenpolicy file that Xen's tools/flask/policy builds",
          })
      }
    },
  },
  {
    code: 'MOD-029',
    needs: ['MOD-027'],
    check(reading, verdict) {
      const { kconfig } = reading.context
      const isOff = kconfig !== undefined && kconfig.options.get('XSM_FLASK') !== 'y'
      const module = lastValue(reading.commandLine, 'xsm')
      const isDefault = module === undefined && kconfig?.options.get('XSM_FLASK_DEFAULT') === 'y'
      if (!isOff && (module === 'flask' || isDefault)) return
      for (const { node } of policiesOf(reading))
        verdict.violated({
          at: node.origin,
          message: isOff
            ? `a FLASK policy is given, and Xen was built without XSM_FLASK (${kconfig.path})`
            : `a FLASK policy is given, and Xen's arguments ${module === undefined ? 'do not select it' : `say xsm=${module}`}`,
          ...(isOff
            ? { help: 'build Xen with CONFIG_XSM_FLASK=y' }
            : { help: "add xsm=flask to Xen's arguments", remedy: 'add xsm=flask to xen.bootargs' }),
        })
    },
  },
]
