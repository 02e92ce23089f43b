/** FDT: RAM and reserved memory. */
import { formatRange } from '../../../units/format.ts'
import { MAX_MEMORY_BANKS } from '../../../xen/boot-limits.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { isMemoryNode, isProperMemory } from '../view/memory.ts'
import { isNamed, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'
import { otherName } from './false-ram.ts'

/** Whether Xen looks at a node only because it is called memory. */
const isFalseRam = (node: ScannedNode, { context }: XenView): boolean =>
  isMemoryNode(node, context.release) && !isProperMemory(node)

export const memoryRules: readonly Rule<XenView>[] = [
  {
    code: 'FDT-003',
    check({ context }, verdict) {
      const { length } = context.tree.reservations
      if (length > MAX_MEMORY_BANKS)
        verdict.violated({
          at: context.origin,
          message: `the tree has ${length} memory reservations, and Xen has room for ${MAX_MEMORY_BANKS}`,
          help: 'merge memory reservations that touch',
        })
    },
  },
  {
    code: 'FDT-004',
    needs: ['FDT-003'],
    check({ context, reservedBanks }, verdict) {
      if (reservedBanks > MAX_MEMORY_BANKS)
        verdict.violated({
          at: context.origin,
          message: `reserved memory takes ${reservedBanks} ranges, and Xen has room for ${MAX_MEMORY_BANKS}`,
          help: 'merge ranges of /reserved-memory that touch',
        })
    },
  },
  {
    code: 'FDT-005',
    check({ ram, context }, verdict) {
      if (context.entry === 'bootefi') return
      const first = ram[MAX_MEMORY_BANKS]
      if (first)
        verdict.violated({
          at: first.origin,
          message: `RAM has ${ram.length} banks, and Xen has room for ${MAX_MEMORY_BANKS}`,
          help: 'merge banks of RAM that touch',
        })
    },
  },
  {
    code: 'FDT-006',
    check(view, verdict) {
      for (const { node, property, why } of view.unreadable)
        if (why === 'missing')
          verdict.violated({
            at: node.origin,
            message: `${node.path} has no ${property}`,
            ...(isFalseRam(node, view)
              ? otherName(node, view)
              : { help: 'give its ranges, or remove the node from the tree' }),
          })
    },
  },
  {
    code: 'FDT-007',
    check({ root, context }, verdict) {
      if (context.entry === 'bootefi') return
      for (const node of root.children)
        if (isNamed(node, 'memory') && !isMemoryNode(node, context.release))
          verdict.violated({
            at: node.origin,
            message: `${node.path} has no device_type = "memory", and Xen ${context.release} does not take it for memory`,
            help: 'add device_type = "memory" to the node',
          })
    },
  },
  {
    code: 'FDT-008',
    check({ reservedConflicts, context }, verdict) {
      if (!isAtLeast(context.release, '4.18')) return
      for (const { entry, with: other } of reservedConflicts) {
        if (entry.kind !== 'reserved memory') continue
        verdict.violated({
          at: entry.origin,
          message: `${entry.what} ${formatRange(entry.range)} overlaps ${other.what} ${formatRange(other.range)} (host-physical)`,
          related: [{ at: other.origin, message: `${other.what} is here` }],
          help: "correct the board's tree: make it one range, or remove one of the two",
        })
      }
    },
  },
  {
    code: 'FDT-009',
    check(view, verdict) {
      for (const { node, property, why } of view.unreadable)
        if (why === 'cells')
          verdict.violated({
            at: node.origin,
            message: `${property} of ${node.path} cannot be read: #address-cells or #size-cells above it is 0`,
            ...(isFalseRam(node, view)
              ? otherName(node, view)
              : { help: 'set #address-cells and #size-cells of the parent node to 1 or 2' }),
          })
    },
  },
]
