/** What a node's ancestors say of the form of its `reg`, `ranges` and `interrupts`. */
import { type Cell, type DtNode, type DtProperty, propertyNamed, type ReferenceTarget } from '../model.ts'
import { addressCells, sizeCells } from '../readings/node.ts'
import { cellsOf, u32 } from '../readings/values.ts'

/** Cells per entry for the properties of one node. */
export interface Surroundings {
  /** The bus that the node is on; missing when unknown, e.g. for a node printed on its own. */
  readonly parent?: DtNode
  /** `#interrupt-cells` of the node's interrupt parent, as far as it is known. */
  readonly interruptCells?: number | undefined
}

/** Widths of all interrupt parents of a tree: by phandle (`7`), by label (`gic`), for finding what `interrupt-parent` means. */
export type InterruptWidths = ReadonlyMap<string, number>

export function interruptWidths(root: DtNode): InterruptWidths {
  const widths = new Map<string, number>()
  const visit = (node: DtNode): void => {
    const width = ownInterruptCells(node)
    if (width !== undefined) {
      for (const label of node.labels) widths.set(label, width)
      const phandle = cellsOf(propertyNamed(node, 'phandle') ?? propertyNamed(node, 'linux,phandle'))?.[0]
      if (phandle !== undefined) widths.set(String(phandle), width)
    }
    for (const child of node.children) visit(child)
  }
  visit(root)
  return widths
}

const ownInterruptCells = (node: DtNode): number | undefined => u32(propertyNamed(node, '#interrupt-cells'))

/** The surroundings of `node`'s children, given its own. */
export function inside(node: DtNode, around: Surroundings, widths: InterruptWidths): Surroundings {
  return { parent: node, interruptCells: ownInterruptCells(node) ?? at(node, around, widths).interruptCells }
}

/** The surroundings of `node` itself, given what its parent hands down. */
export function at(node: DtNode, around: Surroundings, widths: InterruptWidths): Surroundings {
  const property = propertyNamed(node, 'interrupt-parent')
  if (!property) return around
  const name = parentName(property)
  return { ...around, interruptCells: name === undefined ? undefined : widths.get(name) }
}

function parentName(property: DtProperty): string | undefined {
  const [part] = property.value
  const [cell]: readonly (Cell | undefined)[] = part?.kind === 'cells' ? part.cells : []
  if (typeof cell === 'object') return labelOf(cell.target)
  return cellsOf(property)?.[0]?.toString()
}

const labelOf = (target: ReferenceTarget): string | undefined => ('label' in target ? target.label : undefined)

/** Cells of one entry of the property; `undefined` where the value is no list of entries, or nothing says how wide they are. */
export function entryWidth(name: string, node: DtNode, { parent, interruptCells }: Surroundings): number | undefined {
  if (name === 'reg') return parent && addressCells(parent) + sizeCells(parent)
  if (name === 'ranges' || name === 'dma-ranges') {
    return parent && addressCells(node) + addressCells(parent) + sizeCells(node)
  }
  return name === 'interrupts' ? interruptCells : undefined
}
