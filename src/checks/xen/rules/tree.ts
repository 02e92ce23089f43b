/** FDT: the flattened tree itself, its shape and cells. */
import { formatSize, hex } from '../../../units/format.ts'
import { isAligned } from '../../../units/quantities.ts'
import { MAX_TREE_DEPTH, TREE_ALIGNMENT } from '../../../xen/boot-limits.ts'
import { TREE_SLOT } from '../../../xen/boot-memory.ts'
import { affected, FAULTS } from '../../../xen/point-releases.ts'
import { reporterOf, wayOut } from '../../fault.ts'
import type { Rule } from '../../rule.ts'
import { readProperty, stringLength, stringList } from '../view/property.ts'
import { everyNode, originOfProperty, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

function firstAt(depth: number, root: ScannedNode): ScannedNode | undefined {
  for (const node of everyNode(root)) if (node.depth === depth) return node
  return undefined
}

export const treeRules: readonly Rule<XenView>[] = [
  {
    code: 'FDT-001',
    check({ context }, verdict) {
      const { memory, treeSize, origin } = context
      const slot = memory?.deviceTree
      const base = slot?.base
      if (base !== undefined && (base === 0n || !isAligned(base, TREE_ALIGNMENT)))
        verdict.violated({
          at: origin,
          message: `the host device tree is at ${hex(base)}, not at a multiple of 8 above 0`,
          help: 'place it at a multiple of 8 above 0',
        })
      const limit = slot && slot.size < TREE_SLOT ? slot.size : TREE_SLOT
      if (treeSize !== undefined && treeSize > limit)
        verdict.violated({
          at: origin,
          message: `the host device tree takes ${formatSize(treeSize)}, and may take at most ${formatSize(limit)}`,
          help: "remove unneeded nodes or labels (`__symbols__`) from the board's tree",
        })
    },
  },
  {
    code: 'FDT-010',
    check(view, verdict) {
      for (const node of [
        ...(readsInChosen(view) ? [view.chosen] : []),
        ...view.domains.map((domain) => domain.node),
      ]) {
        if (!node) continue
        for (const [name, cells] of [
          ['#address-cells', cellsIn(node, 'address')],
          ['#size-cells', cellsIn(node, 'size')],
        ] as const)
          if (cells !== 1 && cells !== 2)
            verdict.violated({
              at: originOfProperty(node, name),
              message: `${name} of ${node.path} is ${cells ?? 'shorter than a cell'}, and Xen reads only 1 or 2`,
              help: 'set it to 1 or 2',
            })
      }
    },
  },
  {
    code: 'FDT-029',
    check({ root }, verdict) {
      for (const node of everyNode(root)) {
        const compatible = readProperty(node.node, 'compatible')
        if (compatible && compatible.data.length > 0 && compatible.data.at(-1) !== 0)
          verdict.violated({
            at: originOfProperty(node, 'compatible'),
            message: `compatible of ${node.path} does not end with a NUL: ${JSON.stringify(stringList(compatible).at(-1))}`,
            help: 'write a list of strings',
          })
      }
    },
  },
  {
    code: 'FDT-011',
    check({ root, context }, verdict) {
      const fault = FAULTS['too-deep-node']
      const report = reporterOf(fault, context, verdict)
      const deep = report && firstAt(MAX_TREE_DEPTH, root)
      if (deep)
        report({
          at: deep.origin,
          message: `${deep.path} is ${deep.depth} levels deep, and ${affected(fault, context)} hangs at level ${MAX_TREE_DEPTH}`,
          ...wayOut(fault, context, 'remove the node from the tree'),
        })
    },
  },
  {
    code: 'FDT-014',
    check({ chosen, context }, verdict) {
      if (!chosen)
        verdict.violated({ at: context.origin, message: 'the tree has no /chosen', help: 'add an empty /chosen' })
    },
  },
  {
    code: 'FDT-021',
    check({ chosen, commandLine, modules }, verdict) {
      const bootargs = chosen && readProperty(chosen.node, 'bootargs')
      if (!chosen || !bootargs || stringLength(bootargs) === 0 || commandLine.property !== undefined) return
      if (modules.some((module) => module.kind === 'kernel' && !module.domU)) return
      verdict.violated({
        at: originOfProperty(chosen, 'bootargs'),
        message: '/chosen/bootargs has no effect: there is no dom0, and Xen reads it only beside xen,dom0-bootargs',
        help: 'name the property xen,xen-bootargs',
      })
    },
  },
  {
    code: 'FDT-022',
    check({ root, modules }, verdict) {
      if (!modules.some((module) => module.kind === 'kernel' && !module.domU)) return
      for (const [name, cells] of [
        ['#address-cells', root.childCells.address],
        ['#size-cells', root.childCells.size],
      ] as const)
        if (cells !== 1 && cells !== 2)
          verdict.violated({
            at: originOfProperty(root, name),
            message: `${name} of the root is ${cells}, not 1 or 2`,
            help: 'use a tree whose root has 1 or 2 for each',
          })
    },
  },
  {
    code: 'FDT-027',
    check({ context, chosen }, verdict) {
      if (context.kconfig) return
      verdict.violated({
        at: chosen?.origin ?? context.origin,
        message: "Xen's .config is not given: assuming every required option is enabled",
      })
    },
  },
]

/** Whether Xen reads anything with the cells of `/chosen`: modules and shared memory of dom0, or static memory of domains. */
const readsInChosen = ({ modules, shm, domains }: XenView): boolean =>
  modules.some(({ domU }) => !domU) ||
  shm.some(({ domain }) => domain === undefined) ||
  domains.some(({ staticMemory }) => staticMemory)

/** The number in a cells property; `undefined`: it is too short, and Xen reads what follows it in the flattened tree (device_tree.c: dt_n_addr_cells). */
function cellsIn({ node, childCells }: ScannedNode, kind: 'address' | 'size'): number | undefined {
  const own = readProperty(node, `#${kind}-cells`)
  return own && own.data.length < 4 ? undefined : childCells[kind]
}
