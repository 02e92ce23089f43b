/** Looks at every file that the model names. The only place besides the manifest's reader that reads from disk. */
import { atValue, inFile, type Report } from '../diagnostics/diagnostic.ts'
import type { FileReference, SystemModel } from '../model/system-model.ts'
import { checkBitstream } from './bitstream.ts'
import { describeBoard } from './board.ts'
import { bootOverlays } from './boot-overlays.ts'
import { checkXenFits } from './declared-size.ts'
import { type Facts, type FactsWithoutBoard, fileKey, hasBoard, type Kconfig } from './facts.ts'
import { withoutFalseRam } from './false-ram.ts'
import { readImages } from './images.ts'
import { InputList } from './inputs.ts'
import { LARGEST_CONFIG, parseKconfig } from './kconfig.ts'
import { readPartialTrees } from './partial-trees.ts'
import { readPlatformTree } from './platform-tree.ts'
import { judgeVersion } from './point-release.ts'
import { readWholeInput } from './whole-file.ts'
import { checkXenImage } from './xen-image.ts'

/** As `lookAtFiles`; only without a host tree there are no facts, since everything else is placed on that board. */
export function collectFacts(model: SystemModel, report: Report, inputs = new InputList()): Facts | undefined {
  const facts = lookAtFiles(model, report, inputs)
  return hasBoard(facts) ? facts : undefined
}

/** The host tree, `.config` and images of `model`; what is read is added to `inputs`. What is wrong with any of them is reported. */
export function lookAtFiles(model: SystemModel, report: Report, inputs: InputList): Facts | FactsWithoutBoard {
  const host = readPlatformTree(model.platform, inputs, report)
  const kconfig = model.xen.config && readKconfig(model.xen.config, inputs, report)
  const kernelConfigs = readKernelConfigs(model, inputs, report)
  const partialTrees = readPartialTrees(model, inputs, report)
  const files = readImages(model, inputs, report)
  const xen = files.get(fileKey(model.xen.image))
  if (xen) checkXenImage(model, xen, report)
  if (xen && model.boot.command !== 'bootm') checkXenFits(xen, report)
  const pointRelease = judgeVersion(model.xen, xen, kconfig, report)
  const { bitstream } = model.boot
  const configuration = bitstream && files.get(fileKey(bitstream.image))
  if (bitstream && configuration) checkBitstream(bitstream, configuration, report)
  const others = {
    files,
    partialTrees,
    inputs: inputs.all,
    kernelConfigs,
    ...(kconfig ? { kconfig } : {}),
    ...(pointRelease === undefined ? {} : { pointRelease }),
  }
  if (!host) return others
  const tree = withoutFalseRam(host.tree, model, partialTrees, report)
  const isFoundAtBoot = model.boot['tree-from'] !== undefined
  const overlays = isFoundAtBoot ? bootOverlays(host.overlays, host.tree.root, report) : []
  const described = { overlays, ...describeBoard(tree, model.platform, report) }
  const { blobSize } = host
  const isAsRead = described.tree === host.tree && blobSize !== undefined
  const board = isAsRead ? { blobSize, ...described } : described
  return { ...others, board }
}

/** Each file once, whatever domains name it. */
function readKernelConfigs(model: SystemModel, inputs: InputList, report: Report): ReadonlyMap<string, Kconfig> {
  const configs = new Map<string, Kconfig>()
  for (const { kernel } of model.domains) {
    const { config } = kernel
    const read = config && !configs.has(fileKey(config)) ? readKconfig(config, inputs, report) : undefined
    if (config && read) configs.set(fileKey(config), read)
  }
  return configs
}

function readKconfig(reference: FileReference, inputs: InputList, report: Report): Kconfig | undefined {
  const { path, pointer } = reference
  const data = readWholeInput(reference, LARGEST_CONFIG, inputs, report)
  if (!data) return undefined
  const parsed = parseKconfig(data.toString('utf8'), path)
  if (parsed.ok) return parsed.value
  report('REF-014', {
    at: inFile(path, { line: parsed.bad.line }),
    message: `${path} line ${parsed.bad.line} is not an option of Kconfig: ${JSON.stringify(parsed.bad.text.slice(0, 60))}`,
    help: 'name the .config of the build folder',
    related: [{ at: atValue(pointer), message: `${path} is named here` }],
  })
  return undefined
}
