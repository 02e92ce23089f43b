/** The tree of a board, as commands are given it. */
import { resolve } from 'node:path'
import type { DeviceTree } from '../devicetree/model.ts'
import { inFile } from '../diagnostics/diagnostic.ts'
import type { Findings } from '../diagnostics/findings.ts'
import { readWhole } from '../facts/disk.ts'
import { LARGEST_TREE, treeFrom } from '../facts/host-tree.ts'
import { InputList } from '../facts/inputs.ts'

/** A blob or a source; `undefined` after reporting why there is none. */
export function readBoard(path: string, { report }: Findings): DeviceTree | undefined {
  const file = readWhole(resolve(path), LARGEST_TREE)
  if (!file.ok) {
    report(file.why === 'not a file' ? 'REF-011' : 'REF-010', { at: inFile(path), message: `${path} ${file.reason}` })
    return undefined
  }
  const tree = treeFrom(file.data, { path, folder: '' }, false, new InputList())
  if (tree.ok) return tree.value.tree
  const remedy = 'name a device tree, a blob or a source that cpp has been over'
  for (const { message, at, help } of tree.problems)
    report('REF-013', { at: at ?? inFile(path), message, help: help ?? remedy })
  return undefined
}
