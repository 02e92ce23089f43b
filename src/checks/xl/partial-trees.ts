/** XL: partial device trees, which libxl copies as they are (tools/libs/light/libxl_arm.c: copy_partial_fdt). */
import { inFile } from '../../diagnostics/diagnostic.ts'
import { copiedByXl, lostForXl, nodesForXl } from '../../passthrough/partial-tree.ts'
import { formatSize } from '../../units/format.ts'
import { MiB } from '../../units/quantities.ts'
import type { Rule } from '../rule.ts'
import { leastTreeSize } from '../xen/domain-tree-size.ts'
import { entryOf, type XlContext } from './xl-context.ts'

/** Largest partial tree that libxl reads (tools/libs/light/libxl_arm.c: FDT_MAX_SIZE). */
const MAX_TREE = MiB

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
    code: 'XL-050',
    check({ domains }, verdict) {
      for (const domain of domains) {
        const { partialTree: partial } = domain
        const entry = entryOf(domain, 'device_tree')
        if (!partial || !entry) continue
        const size = leastTreeSize(nodesForXl(partial.tree))
        if (size > MAX_TREE)
          verdict.violated({
            at: entry.origin,
            message: `what xl copies of ${partial.path} takes ${formatSize(size)}, and it gives a domain a tree of at most ${formatSize(MAX_TREE)}`,
            help: 'take large properties out of /passthrough and /aliases',
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
            message: `${path} in ${partial.path} ${what}, which xl does not read, and not every interrupt of the tree can be changed to 65000`,
            help: 'give it the phandle 65000, which xl and Xen both use; or let every interrupt name a controller of the tree, and no other node have that phandle',
            related: [{ at: entry.origin, message: `${partial.path} is given to '${domain.config.domain}' here` }],
          })
      }
    },
  },
]
