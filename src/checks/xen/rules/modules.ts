/** MOD: boot modules, their places and their registration. */

import { formatRange, formatSize } from '../../../units/format.ts'
import { contains } from '../../../units/range.ts'
import { MAX_MODULE_PATH, MAX_MODULES } from '../../../xen/boot-limits.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule, Verdict } from '../../rule.ts'
import { loadedAt } from '../files.ts'
import type { Claim } from '../view/claims.ts'
import { efiFileOf, type ModuleView } from '../view/modules.ts'
import { readProperty } from '../view/property.ts'
import { originOfProperty, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

/** Whether Xen stops without the module. It goes on silently without any other kind. */
const isKernel = (module: ModuleView): boolean => module.kind === 'kernel'

/** Calls `visit` with each module that Xen does not register, and the claim in its way. */
function eachOverlap(view: XenView, visit: (module: ModuleView, other: Claim) => void): void {
  for (const module of view.modules)
    if (module.registration?.outcome === 'overlap' && !isOtherUse(module, module.registration.with))
      visit(module, module.registration.with)
}

/** The same start with another size or kind: two opinions about one file (MOD-017), not two files in one place. */
const isOtherUse = (module: ModuleView, other: Claim): boolean =>
  other.kind === 'module' && other.range.base === module.range?.base

function reportOverlap(module: ModuleView, other: Claim, verdict: Verdict): void {
  if (!module.range) return
  verdict.violated({
    at: originOfProperty(module.node, 'reg'),
    message: `${module.what} ${formatRange(module.range)} overlaps ${other.what} ${formatRange(other.range)} (host-physical)`,
    help: 'move one of the two to a free range',
    related: [{ at: other.origin, message: `${other.what} is here` }],
  })
}

export const moduleRules: readonly Rule<XenView>[] = [
  {
    code: 'MOD-001',
    check({ modules, context }, verdict) {
      const isFromEfi = (node: ScannedNode): boolean => context.entry === 'bootefi' && efiFileOf(node) !== undefined
      for (const { node, what } of modules)
        if (!readProperty(node.node, 'reg') && !isFromEfi(node))
          verdict.violated({
            at: node.origin,
            message: `${what} (${node.path}) has no reg`,
            help: 'add reg with the address and the size of the file',
          })
    },
  },
  {
    code: 'MOD-002',
    check({ modules }, verdict) {
      for (const { node, what, range } of modules)
        if (!range && readProperty(node.node, 'reg'))
          verdict.violated({
            at: originOfProperty(node, 'reg'),
            message: `reg of ${what} (${node.path}) is shorter than ${node.cells.address} + ${node.cells.size} cells`,
            help: 'write address and size in as many cells as the parent node says',
          })
    },
  },
  {
    code: 'MOD-003',
    check({ modules }, verdict) {
      const extra = modules.find((module) => module.registration?.outcome === 'too-many')
      if (!extra) return
      verdict.violated({
        at: extra.node.origin,
        message: `${extra.what} is one module too many: Xen has room for ${MAX_MODULES}, including itself and the device tree`,
        help: 'let domains share files, or merge several ramdisks into one',
      })
    },
  },
  {
    code: 'MOD-007',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, '4.18')) return
      eachOverlap(view, (module, other) => isKernel(module) && reportOverlap(module, other, verdict))
    },
  },
  {
    code: 'MOD-008',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, '4.18')) return
      eachOverlap(view, (module, other) => !isKernel(module) && reportOverlap(module, other, verdict))
    },
  },
  {
    code: 'MOD-009',
    check(view, verdict) {
      if (isAtLeast(view.context.release, '4.18')) return
      eachOverlap(view, (module, other) => reportOverlap(module, other, verdict))
    },
  },
  {
    code: 'MOD-010',
    check({ modules }, verdict) {
      for (const { node, what } of modules)
        if (node.path.length > MAX_MODULE_PATH)
          verdict.violated({
            at: node.origin,
            message: `the path of ${what} has ${node.path.length} characters, and Xen reads only ${MAX_MODULE_PATH} (${node.path})`,
            help: 'give the domain a shorter name',
          })
    },
  },
  {
    code: 'MOD-017',
    check({ modules }, verdict) {
      for (const module of modules) {
        if (module.registration?.outcome !== 'overlap' || !module.range) continue
        const other = module.registration.with
        if (isOtherUse(module, other))
          verdict.violated({
            at: originOfProperty(module.node, 'reg'),
            message: `${module.what} ${formatRange(module.range)} starts where ${other.what} ${formatRange(other.range)} does, but has another size or kind`,
            related: [{ at: other.origin, message: `${other.what} is here` }],
            help: 'give both nodes the same size and kind, or load the file twice',
          })
      }
    },
  },
  {
    code: 'MOD-023',
    check({ modules, ram, context }, verdict) {
      if (ram.length === 0) return
      for (const { node, what, range } of modules) {
        if (!range || range.size === 0n) continue
        const at = originOfProperty(node, 'reg')
        if (!ram.some((bank) => contains(bank.range, range)))
          verdict.violated({
            at,
            message: `${what} ${formatRange(range)} is not inside one bank of RAM`,
            help: 'load the file into RAM, and give that address',
          })
        else if (context.memory?.isComplete && !loadedAt(context.memory, range.base))
          verdict.violated({
            at,
            message: `nothing is loaded where ${what} ${formatRange(range)} should be`,
            help: 'load the file into RAM, and give that address',
          })
      }
    },
  },
  {
    code: 'MOD-021',
    check({ modules, context }, verdict) {
      for (const { node, what, range } of modules) {
        const file = range && context.memory && loadedAt(context.memory, range.base)
        if (range && file && file.file?.format.kind !== 'missing' && file.range.size !== range.size)
          verdict.violated({
            at: originOfProperty(node, 'reg'),
            message: `${what} is declared as ${formatSize(range.size)}, and ${file.path} has ${formatSize(file.range.size)}`,
            help: 'give the exact size of the file',
          })
      }
    },
  },
]
