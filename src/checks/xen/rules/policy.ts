/** MOD: the policy of Xen's security module (xen/xsm/xsm_policy.c, xsm_core.c). */
import type { Rule } from '../../rule.ts'
import { fileOf } from '../files.ts'
import { lastValue } from '../view/command-line.ts'
import type { XenView } from '../view.ts'

const policiesOf = ({ modules }: XenView) => modules.filter(({ kind }) => kind === 'xsm-policy')

export const policyRules: readonly Rule<XenView>[] = [
  {
    code: 'MOD-027',
    check(view, verdict) {
      for (const module of policiesOf(view)) {
        const file = fileOf(view, module)
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
    check(view, verdict) {
      const { kconfig } = view.context
      const isOff = kconfig !== undefined && kconfig.options.get('XSM_FLASK') !== 'y'
      const module = lastValue(view.commandLine, 'xsm')
      const isDefault = module === undefined && kconfig?.options.get('XSM_FLASK_DEFAULT') === 'y'
      if (!isOff && (module === 'flask' || isDefault)) return
      for (const { node } of policiesOf(view)) {
        if (!kconfig && module === undefined) {
          verdict.undecided(
            node.origin,
            'whether Xen selects FLASK by itself (XSM_FLASK_DEFAULT) depends on its .config',
          )
          continue
        }
        verdict.violated({
          at: node.origin,
          message: isOff
            ? `a FLASK policy is given, and Xen was built without XSM_FLASK (${kconfig.path})`
            : `a FLASK policy is given, and Xen's arguments ${module === undefined ? 'do not select it' : `say xsm=${module}`}`,
          ...(isOff
            ? { help: 'build Xen with CONFIG_XSM_FLASK=y' }
            : { help: "add xsm=flask to Xen's arguments", remedy: 'add xsm=flask to xen.bootargs' }),
        })
      }
    },
  },
]
