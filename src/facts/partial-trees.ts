/** The partial device trees that domains are given, from disk, blob or source. */
import { writeDtb } from '../devicetree/write/write-dtb.ts'
import { atValue, inFile, type Report } from '../diagnostics/diagnostic.ts'
import type { FileReference, SystemModel } from '../model/system-model.ts'
import { bytes } from '../units/quantities.ts'
import { fileKey, type PartialTree } from './facts.ts'
import { readTree } from './host-tree.ts'
import type { InputList } from './inputs.ts'

/** Every partial tree of the model by `fileKey`, each read once. One that cannot be read is reported (REF-010 and up, REF-026) and left out. */
export function readPartialTrees(model: SystemModel, inputs: InputList, report: Report): Map<string, PartialTree> {
  const trees = new Map<string, PartialTree>()
  const seen = new Set<string>()
  for (const domain of model.domains) {
    const reference = domain.boot === 'dom0' ? undefined : domain['device-tree']
    if (!reference || seen.has(fileKey(reference))) continue
    seen.add(fileKey(reference))
    const tree = readPartialTree(reference, inputs, report)
    if (tree) trees.set(fileKey(reference), tree)
  }
  return trees
}

function readPartialTree(reference: FileReference, inputs: InputList, report: Report): PartialTree | undefined {
  const { path, pointer } = reference
  const read = readTree(reference, { role: 'partial', symbols: false }, inputs, report)
  if (!read) return undefined
  const { tree, blobSize } = read
  if (blobSize !== undefined) return { path, tree, size: blobSize }
  const compiled = writeDtb(tree)
  if (compiled.ok) return { path, tree, size: bytes(compiled.value.length), compiled: compiled.value }
  for (const problem of compiled.problems)
    report('REF-026', {
      at: problem.at ?? inFile(path),
      message: problem.message,
      help: problem.help ?? 'correct the source',
      related: [{ at: atValue(pointer), message: `${path} is named here` }],
    })
  return undefined
}
