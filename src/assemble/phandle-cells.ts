/** References between nodes as the numbers that U-Boot's `fdt set` and overlays need. */
import { type DtNode, nodeAt, type PhandleReference, walk } from '../devicetree/model.ts'
import { phandleOfNode } from '../devicetree/readings/node.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { FdtCell, TreeEdit } from './assembly.ts'

/** The cell that stands for a reference. */
export type CellOf = (reference: PhandleReference) => FdtCell | undefined

/** Nodes of the board that additions refer to, with the phandles that the board's tree gives them; the additions' own are left out. */
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

/** Numbers for references, and what to read before: a tree that U-Boot has in memory may have numbered its own nodes otherwise than its file. */
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
