/** Who takes a device's interrupts: Devicetree Specification 0.4 §2.4. */
import { type DtNode, propertyNamed } from '../model.ts'
import type { Place, TreeIndex } from './tree-index.ts'
import { cellsOf, u32 } from './values.ts'

/** Most cells of an interrupt specifier that Linux and Xen take (`MAX_PHANDLE_ARGS`, `DT_MAX_IRQ_SPEC`). */
export const MAX_SPECIFIER_CELLS = 16

/** `#interrupt-cells` (§2.4.2.1): cells of one specifier for this controller or nexus. */
export const interruptCells = (node: DtNode): number | undefined => u32(propertyNamed(node, '#interrupt-cells'))

/**
 * The controller or nexus that the node's `interrupts` speak to: from the node upwards, along `interrupt-parent` where a node has it and
 * to the parent otherwise, the first one with `#interrupt-cells`. `undefined`: none, an unknown phandle, or a cycle.
 */
export function interruptParent(tree: TreeIndex, place: Place): Place | undefined {
  const visited = new Set<Place>()
  let current: Place | undefined = place
  while (current && !visited.has(current)) {
    visited.add(current)
    const explicit = propertyNamed(current.node, 'interrupt-parent')
    current = explicit ? tree.byPhandle(cellsOf(explicit)?.[0] ?? 0) : current.parent
    if (current && propertyNamed(current.node, '#interrupt-cells')) return current
  }
  return undefined
}
