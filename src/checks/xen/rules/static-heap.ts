/** FDT: Xen's static heap. */
import { formatRange, formatSize } from '../../../units/format.ts'
import { subtract, totalSize } from '../../../units/range.ts'
import type { Rule } from '../../rule.ts'
import { overlapOf } from '../overlooked.ts'
import { entriesOf, type MemoryEntry } from '../view/memory.ts'
import { readProperty } from '../view/property.ts'
import { originOfProperty } from '../view/scan.ts'
import type { XenView } from '../view.ts'

/** Entries of `xen,static-heap`, in the cells of the root. */
export function staticHeap({ chosen }: XenView): readonly MemoryEntry[] {
  const property = chosen && readProperty(chosen.node, 'xen,static-heap')
  return chosen && property && chosen.cells.address > 0 && chosen.cells.size > 0
    ? entriesOf(chosen, property, chosen.cells)
    : []
}

export const staticHeapRules: readonly Rule<XenView>[] = [
  {
    code: 'FDT-017',
    check({ reservedConflicts, context }, verdict) {
      for (const { entry, with: other } of reservedConflicts)
        if (entry.kind === 'static heap')
          verdict.violated({
            ...overlapOf(entry, other, context.release, "Xen's heap"),
            help: 'give the heap a free range of RAM',
          })
    },
  },
  {
    code: 'FDT-018',
    check(view, verdict) {
      const ram = view.ram.map((bank) => bank.range)
      if (ram.length === 0) return
      for (const { range, origin } of staticHeap(view)) {
        const outside = subtract([range], ram)
        if (outside.length > 0)
          verdict.violated({
            at: origin,
            message: `${formatSize(totalSize(outside))} of Xen's heap ${formatRange(range)} is not RAM: ${outside.map(formatRange).join(', ')} (host-physical)`,
            help: `the host has RAM at ${ram.map(formatRange).join(', ')}`,
          })
      }
    },
  },
  {
    code: 'FDT-019',
    check({ chosen }, verdict) {
      const property = chosen && readProperty(chosen.node, 'xen,static-heap')
      if (!chosen || !property) return
      const width = (chosen.cells.address + chosen.cells.size) * 4
      if (width > 0 && property.data.length % width !== 0)
        verdict.violated({
          at: originOfProperty(chosen, 'xen,static-heap'),
          message: `xen,static-heap has ${property.data.length} bytes, not a multiple of ${width}: Xen reads it in the root's cells, ${chosen.cells.address} and ${chosen.cells.size}`,
          help: "write whole entries in the root's cells",
        })
    },
  },
]
