/** FDT: RAM and reserved memory. */
import type { Finding, Origin } from '../../../diagnostics/diagnostic.ts'
import { formatRange, hex } from '../../../units/format.ts'
import { end } from '../../../units/range.ts'
import { MAX_MEMORY_BANKS } from '../../../xen/boot-limits.ts'
import { affected, FAULTS } from '../../../xen/point-releases.ts'
import { isAtLeast, type Release } from '../../../xen/releases.ts'
import { reporterOf, wayOut } from '../../fault.ts'
import type { Rule } from '../../rule.ts'
import { hasDom0 } from '../view/hardware-owner.ts'
import { isMemoryNode, isProperMemory, isUnreadable, readRanges } from '../view/memory.ts'
import { isNamed, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'
import { otherName } from './false-ram.ts'

/** Exclusive end of physical addresses of 32 bits. */
const WIDEST = 1n << 32n

/** Exclusive end of all physical addresses: 52 bits, with Armv8.2-LPA. */
const LAST_ADDRESS = 1n << 52n

/** Whether Xen looks at a node only because it is called memory. */
const isFalseRam = (node: ScannedNode, { context }: XenView): boolean =>
  isMemoryNode(node, context.release) && !isProperMemory(node)

/** Whether the node describes any RAM. One that is there for the firmware to complete has none yet. */
function describesRam(node: ScannedNode, release: Release): boolean {
  const entries = readRanges(node, 'reg', node.cells, release)
  return !isUnreadable(entries) && entries.some(({ range }) => range.size > 0n)
}

/** What to change in the manifest about two ranges of which it gives one, or both. */
function waysApart(one: Origin, other: Origin): Pick<Finding, 'remedy'> {
  const given = [one, other].filter(({ kind }) => kind === 'manifest').length
  if (given === 0) return {}
  return { remedy: given === 2 ? 'move or shrink one of the two' : 'move or shrink the one that the manifest gives' }
}

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
      if (context.tree.reservations.length > MAX_MEMORY_BANKS) return
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
    check(view, verdict) {
      const { release, entry } = view.context
      if (entry === 'bootefi') return
      for (const node of view.root.children) {
        if (!isNamed(node, 'memory') || isProperMemory(node) || !describesRam(node, release)) continue
        const isRam = isMemoryNode(node, release)
        if (isRam && !hasDom0(view)) continue
        verdict.violated({
          at: node.origin,
          message: `${node.path} has no device_type = "memory", and Xen ${release} ${isRam ? 'gives it to dom0 as a device, too' : 'does not treat it as memory'}`,
          help: 'add device_type = "memory" to the node',
          ...(isRam
            ? {
                effect:
                  'Xen would panic when it builds dom0, or let it reach all of this memory, unless U-Boot adds device_type',
              }
            : {}),
        })
      }
    },
  },
  {
    code: 'FDT-037',
    check(view, verdict) {
      if (!hasDom0(view)) return
      for (const { kind, range, what, origin } of view.claims)
        if (kind === 'reserved memory' && end(range) > LAST_ADDRESS)
          verdict.violated({
            at: origin,
            message: `${what} is reserved memory up to ${hex(end(range))}, and addresses have at most 52 bits`,
            help: 'correct the cells of its reg',
          })
    },
  },
  {
    code: 'FDT-008',
    check({ reservedConflicts, reservedTwice, context }, verdict) {
      if (!isAtLeast(context.release, '4.18')) return
      for (const { entry, with: other } of reservedConflicts) {
        if (entry.kind !== 'reserved memory') continue
        const isEmpty = entry.range.size === 0n
        verdict.violated({
          at: entry.origin,
          message: isEmpty
            ? `${entry.what} is empty, at ${hex(entry.range.base)} inside ${other.what} ${formatRange(other.range)} (host-physical): Xen compares a range before it skips an empty one`
            : `${entry.what} ${formatRange(entry.range)} overlaps ${other.what} ${formatRange(other.range)} (host-physical)`,
          related: [{ at: other.origin, message: `${other.what} is here` }],
          help: isEmpty
            ? "remove the empty range from the board's tree"
            : "correct the board's tree: make it one range, or remove one of the two",
          ...(isEmpty ? {} : waysApart(entry.origin, other.origin)),
        })
      }
      const fault = FAULTS['memory-reservations-overlap']
      const report = reporterOf(fault, context, verdict)
      for (const { entry, with: around } of reservedTwice)
        report?.({
          at: entry.origin,
          message: `${entry.what} ${formatRange(entry.range)} is inside ${around.what} ${formatRange(around.range)} (host-physical), and ${affected(fault, context)} treats that as an overlap`,
          related: [{ at: around.origin, message: `${around.what} is here` }],
          ...wayOut(fault, context, "remove the memory reservation from the board's tree"),
        })
    },
  },
  {
    code: 'FDT-012',
    check({ context: { kconfig }, ram, claims }, verdict) {
      if (kconfig?.options.get('PHYS_ADDR_T_32') !== 'y') return
      const entries = [...ram.map((entry) => ({ ...entry, what: entry.node.path })), ...claims]
      for (const { range, what, origin } of entries)
        if (range.base >= WIDEST || range.size >= WIDEST)
          verdict.violated({
            at: origin,
            message: `${what} ${formatRange(range)} (host-physical) needs more than 32 bits, and Xen was built with PHYS_ADDR_T_32 (${kconfig.path})`,
            help: 'build Xen with CONFIG_ARM_PA_BITS_40=y, or describe memory below 4 GiB only',
          })
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
