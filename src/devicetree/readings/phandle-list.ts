/** Properties that name other nodes, each with arguments: `clocks`, `resets`, `gpios` … */
import { type DtNode, propertyNamed } from '../model.ts'
import type { Place, TreeIndex } from './tree-index.ts'
import { cellsOf, u32 } from './values.ts'

/** One entry of such a list. */
export interface PhandleArguments {
  /** Counts entries, holes included. */
  readonly index: number
  readonly provider: Place
  /** The cells after the phandle. */
  readonly cells: readonly number[]
}

/**
 * The entries of `name`, each with as many cells as the provider's `cellsName` says (none where that is missing). Entries of phandle 0 are holes. From the
 * first one on that names no node, the rest of the list cannot be told and is left out.
 */
export function specifiersOf(
  index: TreeIndex,
  node: DtNode,
  name: string,
  cellsName: string,
): readonly PhandleArguments[] {
  const cells = cellsOf(propertyNamed(node, name)) ?? []
  const entries: PhandleArguments[] = []
  for (let at = 0, entry = 0; at < cells.length; entry++) {
    const phandle = cells[at++] ?? 0
    if (phandle === 0) continue
    const provider = index.byPhandle(phandle)
    if (!provider) break
    const width = u32(propertyNamed(provider.node, cellsName)) ?? 0
    entries.push({ index: entry, provider, cells: cells.slice(at, at + width) })
    at += width
  }
  return entries
}
