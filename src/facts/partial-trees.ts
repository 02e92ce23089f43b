/** Partial device trees of domains, each with its overlays, read once each. */
import type { DeviceTree } from '../devicetree/model.ts'
import { childNamed } from '../devicetree/model.ts'
import { writeDtb } from '../devicetree/write/write-dtb.ts'
import { atValue, inFile, type Report } from '../diagnostics/diagnostic.ts'
import type { FileReference, PartialTreeFiles, SystemModel } from '../model/system-model.ts'
import { bytes } from '../units/quantities.ts'
import { fileKey, type PartialTree, partialTreeKey } from './facts.ts'
import { type HostTree, readTreeFile, type TreeRequest, understoodTree } from './host-tree.ts'
import type { InputList } from './inputs.ts'
import { isOverlay, withOverlay } from './overlaid.ts'

/** Every partial tree of the model by `partialTreeKey`. One that cannot be read or made is reported (REF-010 and up, REF-018, REF-026) and left out. */
export function readPartialTrees(model: SystemModel, inputs: InputList, report: Report): Map<string, PartialTree> {
  const trees = new Map<string, PartialTree>()
  const seen = new Set<string>()
  const reader = new TreeReader(inputs, report)
  for (const domain of model.domains) {
    const files = domain.boot === 'dom0' ? undefined : domain['device-tree']
    if (!files || seen.has(partialTreeKey(files))) continue
    seen.add(partialTreeKey(files))
    const tree = readPartialTree(files, reader, report)
    if (tree) trees.set(partialTreeKey(files), tree)
  }
  return trees
}

/** Reads each file once, however many lists name it, and tells once what is wrong with it. */
class TreeReader {
  readonly #inputs: InputList
  readonly #report: Report
  readonly #data = new Map<string, Buffer | undefined>()
  readonly #trees = new Map<string, HostTree | undefined>()

  constructor(inputs: InputList, report: Report) {
    this.#inputs = inputs
    this.#report = report
  }

  read(reference: FileReference, request: TreeRequest): HostTree | undefined {
    const key = `${request.role} ${request.symbols} ${fileKey(reference)}`
    if (!this.#trees.has(key)) this.#trees.set(key, this.#understand(reference, request))
    return this.#trees.get(key)
  }

  #understand(reference: FileReference, request: TreeRequest): HostTree | undefined {
    const key = fileKey(reference)
    if (!this.#data.has(key)) this.#data.set(key, readTreeFile(reference, this.#inputs, this.#report))
    const data = this.#data.get(key)
    return data && understoodTree(data, reference, request, this.#inputs, this.#report)
  }
}

function readPartialTree(files: PartialTreeFiles, reader: TreeReader, report: Report): PartialTree | undefined {
  const { path, pointer, overlays } = files
  const base = reader.read(files, { role: 'partial', symbols: overlays.length > 0 })
  const read = overlays.map((reference) => reader.read(reference, { role: 'overlay', symbols: true }))
  if (!base || read.includes(undefined)) return undefined
  if (isOverlay(base.tree) && !childNamed(base.tree.root, 'passthrough')) {
    report('REF-026', {
      at: inFile(path),
      message: `${path} is an overlay, and there is no tree below it`,
      help: `name the tree that it was made for first, as in 'device-tree: [base.dtb, ${path}]'`,
      related: [{ at: atValue(pointer), message: `${path} is named here` }],
    })
    return undefined
  }
  if (overlays.length === 0 && base.blobSize !== undefined) return { path, tree: base.tree, size: base.blobSize }
  const tree = overlaid(files, base.tree, read, report)
  return tree && compiled(files, tree, report)
}

/** `undefined`: one of the overlays does not fit, which was reported. */
function overlaid(
  { path, overlays }: PartialTreeFiles,
  base: DeviceTree,
  read: readonly (HostTree | undefined)[],
  report: Report,
): DeviceTree | undefined {
  let fits = true
  const reportUnfit: Report = (code, finding) => {
    fits = false
    report(code, finding)
  }
  const file = { path, key: "the first place of 'device-tree'" }
  const tree = overlays.reduce((before, reference, index) => {
    const overlay = read[index]
    return overlay ? withOverlay(before, { reference, ...overlay }, file, reportUnfit) : before
  }, base)
  return fits ? tree : undefined
}

function compiled({ path, pointer }: PartialTreeFiles, tree: DeviceTree, report: Report): PartialTree | undefined {
  const blob = writeDtb(tree)
  if (blob.ok) return { path, tree, size: bytes(blob.value.length), compiled: blob.value }
  for (const problem of blob.problems)
    report('REF-026', {
      at: problem.at ?? inFile(path),
      message: problem.message,
      help: problem.help ?? 'correct the source',
      related: [{ at: atValue(pointer), message: `${path} is named here` }],
    })
  return undefined
}
