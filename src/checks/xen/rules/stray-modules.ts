/** MOD, FDT: nodes that look like modules but are not, or are not what they seem; mostly left over in a board's own tree. */
import type { Finding } from '../../../diagnostics/diagnostic.ts'
import { formatRange } from '../../../units/format.ts'
import type { Rule } from '../../rule.ts'
import { readCells, readProperty, stringLength } from '../view/property.ts'
import { everyNode, isCompatible, originOfProperty, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

const KINDS = ['multiboot,kernel', 'multiboot,ramdisk', 'multiboot,device-tree'] as const
const OLDER_KINDS = ['xen,linux-zimage', 'xen,linux-initrd'] as const

const isAModule = (node: ScannedNode): boolean =>
  isCompatible(node, 'multiboot,module') || isCompatible(node, 'xen,multiboot-module')

const isOneOf = (node: ScannedNode, kinds: readonly string[]): boolean => kinds.some((kind) => isCompatible(node, kind))

export const strayModuleRules: readonly Rule<XenView>[] = [
  {
    code: 'FDT-013',
    check({ chosen }, verdict) {
      const start = chosen && readProperty(chosen.node, 'linux,initrd-start')
      if (!chosen || !start) return
      const end = readProperty(chosen.node, 'linux,initrd-end')
      const number = (property: typeof start) => readCells(property, 0, property.data.length / 4)
      const why = ![4, 8].includes(start.data.length)
        ? `linux,initrd-start has ${start.data.length} bytes, not 4 or 8`
        : !end
          ? 'linux,initrd-start is given without linux,initrd-end'
          : ![4, 8].includes(end.data.length)
            ? `linux,initrd-end has ${end.data.length} bytes, not 4 or 8`
            : number(start) >= number(end)
              ? 'linux,initrd-start is not below linux,initrd-end'
              : undefined
      if (why !== undefined)
        verdict.violated({
          at: originOfProperty(chosen, 'linux,initrd-start'),
          message: `/chosen: ${why}`,
          help: "remove both from the board's device tree: they are left over from a boot without Xen",
        })
    },
  },
  {
    code: 'FDT-035',
    check({ plainRamdisk, modules }, verdict) {
      if (!plainRamdisk) return
      const { range, origin, registration } = plainRamdisk
      const place = formatRange(range)
      const other = modules.find(({ kind, domU }) => kind === 'ramdisk' && !domU)
      const violated = (message: string, related: Finding['related'] = []) =>
        verdict.violated({
          at: origin,
          message: `linux,initrd-start of /chosen ${message}`,
          help: NO_PLAIN_RAMDISK,
          related,
        })
      if (registration.outcome === 'overlap') {
        const { with: first } = registration
        const related = [{ at: first.origin, message: `${first.what} is here` }]
        violated(
          `gives dom0 the ramdisk ${place}, which overlaps ${first.what} ${formatRange(first.range)} (host-physical)`,
          related,
        )
      } else if (other && other.range?.base !== range.base)
        violated(
          `gives dom0 the ramdisk ${place} (host-physical), and Xen would not use the one of ${other.node.path}`,
          [{ at: other.node.origin, message: `${other.node.path} is here` }],
        )
    },
  },
  {
    code: 'MOD-011',
    check({ chosen }, verdict) {
      for (const node of chosen ? everyNode(chosen) : [])
        if (node.depth > DEEPEST_MODULE && isAModule(node))
          verdict.violated({
            at: node.origin,
            message: `${node.path} is a module at a deeper level than Xen scans`,
            help: 'make it a child of the domain, or of /chosen',
          })
    },
  },
  {
    code: 'MOD-012',
    check({ domains }, verdict) {
      for (const { name, node } of domains)
        for (const child of node.children)
          if (isOneOf(child, KINDS) && !isAModule(child))
            verdict.violated({
              at: child.origin,
              message: `${child.path} of '${name}' says what it holds, but not that it is a module`,
              help: 'add multiboot,module to its compatible',
            })
    },
  },
  {
    code: 'MOD-013',
    check({ domains }, verdict) {
      for (const { name, node } of domains)
        for (const child of node.children)
          if (isAModule(child) && !isOneOf(child, KINDS) && isOneOf(child, OLDER_KINDS))
            verdict.violated({
              at: child.origin,
              message: `${child.path} of '${name}' says what it holds by a compatible that Xen reads only for dom0`,
              help: `use ${KINDS.join(', ')}`,
            })
    },
  },
  {
    code: 'MOD-020',
    check({ domains }, verdict) {
      for (const { name, modules, kernel } of domains)
        for (const module of modules)
          if (module !== kernel && module.bootargs && stringLength(module.bootargs) > 0)
            verdict.violated({
              at: originOfProperty(module.node, 'bootargs'),
              message: `${module.node.path} of '${name}' has boot arguments and is not the kernel`,
              help: "put them on the kernel's node",
            })
    },
  },
]

const NO_PLAIN_RAMDISK = 'remove linux,initrd-start and linux,initrd-end if they are left over from a boot without Xen'

/** Depth of a domain's modules, the deepest at which Xen looks for any. The root's is 0. */
const DEEPEST_MODULE = 3
