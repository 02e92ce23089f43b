/** FDT: nodes that Xen up to 4.19 takes for RAM because of their names (bootfdt.c: early_scan_node). */
import { nodeAt } from '../../../devicetree/model.ts'
import { maybeRam } from '../../../devicetree/readings/node.ts'
import { pathReferences, referrer } from '../../../devicetree/readings/path-references.ts'
import type { WayOut } from '../../../diagnostics/diagnostic.ts'
import { formatRange } from '../../../units/format.ts'
import { alignDown, alignUp, type HostPhys, PAGE } from '../../../units/quantities.ts'
import { end, overlaps, type Range, range, subtract } from '../../../units/range.ts'
import { takesNameForRam } from '../../../xen/ram-nodes.ts'
import type { Rule } from '../../rule.ts'
import { renamingOverlay } from '../renaming-overlay.ts'
import { isProperMemory, type MemoryEntry } from '../view/memory.ts'
import type { ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

/** Whether Xen takes nodes for RAM by name. With EFI it has the firmware's map, and reads no RAM from the tree. */
const readsNames = ({ context }: XenView): boolean => context.entry !== 'bootefi' && takesNameForRam(context.release)

export const falseRamRules: readonly Rule<XenView>[] = [
  {
    code: 'FDT-028',
    needs: ['FDT-005'],
    check(view, verdict) {
      if (!readsNames(view)) return
      const seen = new Set<ScannedNode>()
      const entries = view.ram.filter(({ node }) => !isProperMemory(node))
      const free = notReserved(entries, view)
      for (const entry of entries) {
        const { node } = entry
        const harm = seen.has(node) ? undefined : harmOf(entry, view.ram, free)
        if (!harm) continue
        seen.add(node)
        verdict.violated({
          at: entry.origin,
          message: `Xen up to 4.19 treats ${node.path} as RAM because of its name: ${formatRange(entry.range)} ${harm.what} (host-physical)`,
          ...(harm.effect === undefined ? {} : { effect: harm.effect }),
          ...otherName(node, view),
        })
      }
    },
  },
]

interface Harm {
  readonly what: string
  /** Default: the catalogue's. */
  readonly effect?: string
}

/** The part of `entries` that Xen would hand out as memory: whole pages that nothing claims (common/page_alloc.c: init_boot_pages). */
const notReserved = (entries: readonly MemoryEntry[], { claims }: XenView): readonly Range<HostPhys>[] =>
  subtract(
    entries.map(({ range }) => range),
    claims.flatMap(({ kind, range }) => (kind === 'reserved memory' || kind === 'memory reservation' ? range : [])),
  ).filter((part) => alignUp(part.base, PAGE) < alignDown(end(part), PAGE))

/** The part of a bank that Xen maps: whole pages, from the one that it starts in (setup_directmap_mappings). */
const mapped = ({ base, size }: Range<HostPhys>): Range<HostPhys> => range(alignDown(base, PAGE), alignDown(size, PAGE))

const mapsBoth = (one: Range<HostPhys>, other: Range<HostPhys>): boolean =>
  one.size >= PAGE && other.size >= PAGE && overlaps(mapped(one), mapped(other))

/** What a false bank does. Xen stops when it maps RAM twice; a bank that is all reserved, and no real RAM, does no harm (seen with 4.17 under QEMU). */
function harmOf(
  { node, range: bank }: MemoryEntry,
  ram: readonly MemoryEntry[],
  free: readonly Range<HostPhys>[],
): Harm | undefined {
  const other = ram.find((entry) => entry.node !== node && mapsBoth(entry.range, bank))
  if (other) return { what: `is part of ${other.node.path} ${formatRange(other.range)} already` }
  return !maybeRam(node.node, node.depth) && free.some((part) => overlaps(part, bank))
    ? { what: 'is not RAM, and not reserved', effect: 'Xen would use this as memory, for itself and for domains' }
    : undefined
}

/** How to rename a node that is called `memory` and is no RAM, or do without renaming it. */
export function otherName({ node, path, depth }: ScannedNode, { context: { tree } }: XenView): WayOut {
  const original = nodeAt(tree.root, path) ?? node
  const [reference] = pathReferences(tree.root, tree.root, (other) => other === original)
  if (reference) {
    const help = `rename it in the source of the tree, and in ${referrer(reference)}, which contains its path, or use Xen 4.20 or newer`
    return { help }
  }
  const overlay = renamingOverlay(tree, path)
  const lay = overlay === undefined ? '' : `, or apply this overlay: ${overlay}`
  const inPlatform = overlay === undefined ? '' : `, or add this overlay to platform.overlays: ${overlay}`
  const byDomforge = maybeRam(node, depth) ? '' : "set 'boot.device-tree: merged', where domforge renames it, "
  return {
    help: `use Xen 4.20 or newer, rename it in the source of the tree${lay}`,
    remedy: `${byDomforge}use Xen 4.20 or newer, rename it in the source of the tree${inPlatform}`,
  }
}
