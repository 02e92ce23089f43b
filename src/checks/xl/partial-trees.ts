/** XL: partial device trees, which libxl copies as they are (tools/libs/light/libxl_arm.c: copy_partial_fdt). */
import { inFile } from '../../diagnostics/diagnostic.ts'
import { copiedByXl, lostForXl } from '../../passthrough/partial-tree.ts'
import type { Rule } from '../rule.ts'
import { entryOf, type XlContext } from './xl-context.ts'

export const partialTreeRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-048',
    check({ domains }, verdict) {
      for (const domain of domains) {
        const { partialTree: partial } = domain
        const entry = entryOf(domain, 'device_tree')
        if (partial && entry && !copiedByXl(partial.tree))
          verdict.violated({
            at: entry.origin,
            message: `${partial.path} has no node /passthrough`,
            help: 'put the nodes for the domain into /passthrough',
          })
      }
    },
  },
  {
    code: 'XL-049',
    check({ domains }, verdict) {
      for (const domain of domains) {
        const { partialTree: partial } = domain
        const entry = entryOf(domain, 'device_tree')
        if (!partial || !entry) continue
        for (const { path, what } of lostForXl(partial.tree))
          verdict.violated({
            at: inFile(partial.path, { node: path }),
            message: `${path} in ${partial.path} ${what}, which xl does not read`,
            help: 'remove it, and assign the device with dtdev, iomem and irqs',
            remedy: 'remove it, and assign the device with dtdev, iomem and irqs in extra-xl',
            related: [{ at: entry.origin, message: `${partial.path} is given to '${domain.config.domain}' here` }],
          })
      }
    },
  },
]
