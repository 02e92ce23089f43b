/** References between nodes as numbers, for U-Boot's `fdt set` and for overlays. */
import { type DtNode, nodeAt, type PhandleReference, walk } from '../devicetree/model.ts'
import { phandleOfNode } from '../devicetree/readings/node.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { FdtCell, TreeEdit } from './assembly.ts'

/** The cell for a reference; `undefined`: it leads nowhere. */
export type CellOf = (reference: PhandleReference) => FdtCell | undefined

/** Phandles of the board's nodes to which `additions` refer, by path. Nodes that get theirs from the additions are left out. */
export function referredOnBoard(board: DtNode, additions: DtNode): ReadonlyMap<string, number> {
  const referred = new Map<string, number>()
  for (const { node } of walk(additions))
    for (const { value } of node.properties)
      for (const part of value)
        for (const cell of part.kind === 'cells' ? part.cells : []) {
          if (typeof cell === 'bigint' || !('path' in cell.target)) continue
          const { path } = cell.target
          const added = nodeAt(additions, path)
          const there = nodeAt(board, path)
          const phandle = there && phandleOfNode(there)
          if ((!added || phandleOfNode(added) === undefined) && phandle !== undefined) referred.set(path, phandle)
        }
  return referred
}

/** Numbers for references, and edits that read them first from a tree that U-Boot has in memory: its phandles may differ from those in the file. */
export function phandleCells(
  { board, model }: Pick<SystemPlan, 'board' | 'model'>,
  additions: DtNode,
): { readonly edits: readonly TreeEdit[]; readonly cellOf: CellOf } {
  const referred = referredOnBoard(board.tree.root, additions)
  const isRead = model.boot['tree-from'] !== undefined
  const variables = new Map([...referred.keys()].map((path, index) => [path, `domforge_phandle${index}`]))
  const edits = [...variables].map(
    ([path, variable]): TreeEdit => ({ kind: 'fdt-get', path, property: 'phandle', variable }),
  )
  return {
    edits: isRead ? edits : [],
    cellOf: ({ target }) => {
      if (!('path' in target)) return undefined
      const onBoard = referred.get(target.path)
      const variable = variables.get(target.path)
      if (onBoard !== undefined && isRead && variable !== undefined) return { variable, prefixed: true }
      const added = nodeAt(additions, target.path)
      const phandle = onBoard ?? (added && phandleOfNode(added))
      return phandle === undefined ? undefined : BigInt(phandle)
    },
  }
}
