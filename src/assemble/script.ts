/** The commands with which U-Boot loads everything and starts Xen. */
import type { DeviceTree, DtNode } from '../devicetree/model.ts'
import { isMedium, type MediumLoad } from '../model/system-model.ts'
import { factsOfFile, type LoadedFile, type SystemPlan } from '../plan/system-plan.ts'
import { type Bytes, bytes, minus, offset } from '../units/quantities.ts'
import type { BootCommand, BootMedium } from './assembly.ts'
import { loadLimit, writeRealSizes } from './awaited-file-sizes.ts'
import { flattened } from './flattened.ts'
import { editTree, fetchTree } from './tree-edits.ts'

/**
 * The whole script. Modules are loaded first, then the tree and Xen: `bootefi` starts the image with an EFI header that was loaded last, which has to be Xen.
 * The tree is changed, and the FPGA configured, when all files are there.
 */
export function bootScript(plan: SystemPlan, hostTree: DeviceTree, additions: DtNode): readonly BootCommand[] {
  const { load, model } = plan
  const loads = [
    ...load.modules.flatMap(loadModule),
    ...loadTree(plan, hostTree),
    ...load.overlays.flatMap((file) => loadCommands(file, knownSize(file))),
    ...loadCommands(load.xen, knownSize(load.xen)),
    ...(load.bitstream ? loadCommands(load.bitstream, knownSize(load.bitstream)) : []),
  ]
  return [
    { kind: 'comment', text: `Starts ${model.name}: Xen ${model.xen.version.text} with ${describeDomains(plan)}.` },
    {
      kind: 'comment',
      text: isMedium(model.boot.load)
        ? 'Every file is loaded to where the device tree says; the script stops if one is missing or has another size.'
        : 'Files lie in memory already, where report/report.txt says.',
    },
    ...fetchTree(plan),
    ...scans(loads),
    ...loads,
    ...configureFpga(plan),
    ...(model.boot['device-tree'] === 'commands' ? editTree(plan, additions) : []),
    ...writeRealSizes(plan),
    {
      kind: 'comment',
      text: 'Leave the tree where it is: a copy elsewhere could overwrite a module, which U-Boot does not know about.',
    },
    { kind: 'set', name: 'fdt_high', value: '0xffffffffffffffff' },
    ...addresses(plan),
    ...userCommands(plan),
    {
      kind: 'boot-xen',
      command: model.boot.command,
      xen: load.xen.address.value,
      deviceTree: load.deviceTree.address.value,
    },
  ]
}

/**
 * Loads a module, and the metadata behind it, if there is any. The gap between the two is cleared after the first file is loaded, since U-Boot may read more
 * from a disk than the file has; if the size of that file is not known, all room before the metadata is cleared first.
 */
function loadModule(file: LoadedFile): readonly BootCommand[] {
  const { behind, address } = file
  const size = knownSize(file)
  const commands = loadCommands(file, size)
  if (!behind) return commands
  const gap = minus(behind.offset, size ?? bytes(0))
  const from = offset(address.value, size ?? bytes(0))
  const clear: readonly BootCommand[] = gap === 0n ? [] : [{ kind: 'clear', address: from, size: gap }]
  if (!isMedium(file.load)) return clear
  const metadata: BootCommand = {
    kind: 'load',
    from: mediumOf(file.load),
    path: `${file.load.prefix}${behind.path}`,
    address: offset(address.value, behind.offset),
    size: behind.size,
    what: `metadata of ${enumeration(file.usedBy)}, right after its ramdisk`,
  }
  return size === undefined ? [...clear, ...commands, metadata] : [...commands, ...clear, metadata]
}

/** Scans each bus once whose disks U-Boot finds only when it is told to look. */
function scans(loads: readonly BootCommand[]): readonly BootCommand[] {
  const media = loads.flatMap((command) => (command.kind === 'load' ? [command.from.kind] : []))
  return (['scsi', 'usb'] as const).filter((bus) => media.includes(bus)).map((bus) => ({ kind: 'scan-bus', bus }))
}

/** Loads the finished tree, or the board's own; nothing if U-Boot has it already. */
function loadTree({ model, board, load }: SystemPlan, hostTree: DeviceTree): readonly BootCommand[] {
  return model.boot['tree-from'] === undefined
    ? loadCommands(load.deviceTree, sizeOfTree({ model, board }, hostTree))
    : []
}

/** Size of the tree's file; `undefined`: the tree cannot be encoded, which a rule reports. */
export function sizeOfTree(
  { model, board }: Pick<SystemPlan, 'model' | 'board'>,
  hostTree: DeviceTree,
): Bytes | undefined {
  return model.boot['device-tree'] === 'merged' ? treeSize(hostTree) : (board.blobSize ?? treeSize(board.tree))
}

function configureFpga({ model, load }: SystemPlan): readonly BootCommand[] {
  const { bitstream } = model.boot
  if (!bitstream || !load.bitstream) return []
  const { address, size } = load.bitstream
  const limit = loadLimit(load.bitstream)
  return [
    {
      kind: 'configure-fpga',
      command: hasXilinxHeader(load.bitstream) ? 'loadb' : 'load',
      device: bitstream.device,
      address: address.value,
      size: limit ? { variable: limit.sizeTo } : size,
    },
  ]
}

/** Whether a bitstream has Xilinx' header: by its name, if the file does not exist yet. */
function hasXilinxHeader(file: LoadedFile): boolean {
  const format = factsOfFile(file)?.format.kind
  return format === 'missing' ? file.path.endsWith('.bit') : format === 'xilinx-bit'
}

/** Variables with addresses, before the user's own commands, which may use them. */
const addresses = ({ model, load }: SystemPlan): readonly BootCommand[] =>
  model.boot.command === 'none'
    ? [{ kind: 'give-addresses', xen: load.xen.address.value, deviceTree: load.deviceTree.address.value }]
    : []

/** The user's own lines. If these use `fdt`, the tree is selected before, which loading alone does not do. Otherwise it is not: U-Boot may lack that command. */
function userCommands({ model, load }: SystemPlan): readonly BootCommand[] {
  const lines = model.boot['extra-commands'] ?? []
  if (lines.length === 0) return []
  const open: BootCommand = {
    kind: 'edit-tree',
    what: 'the tree that the commands below work on',
    edits: [{ kind: 'fdt-addr', address: load.deviceTree.address.value }],
  }
  const isOpened = model.boot['device-tree'] === 'merged' && lines.some((line) => /\bfdt\b/.test(line))
  return [...(isOpened ? [open] : []), { kind: 'user-commands', lines }]
}

/** Loads a file; nothing if it is in memory already. */
function loadCommands(file: LoadedFile, size: Bytes | undefined): readonly BootCommand[] {
  if (!isMedium(file.load)) return []
  const limit = loadLimit(file)
  return [
    {
      kind: 'load',
      from: mediumOf(file.load),
      path: `${file.load.prefix}${file.path}`,
      address: file.address.value,
      what: describeFile(file),
      ...(limit ? { limit } : size === undefined ? {} : { size }),
    },
  ]
}

/** The medium that a load method reads from. */
export function mediumOf(method: MediumLoad): BootMedium {
  switch (method.from) {
    case 'tftp':
      return { kind: method.from }
    case 'command':
      return { kind: method.from, command: method.command }
    default:
      return { kind: method.from, device: method.device }
  }
}

/** Exact size of a file; `undefined`: it does not exist yet, or is not the same in each build. */
function knownSize({ contents, size }: LoadedFile): Bytes | undefined {
  if (contents.kind === 'file') return contents.facts.format.kind === 'missing' ? undefined : contents.facts.size
  return contents.kind === 'generated' ? size : undefined
}

function treeSize(tree: DeviceTree): Bytes | undefined {
  const blob = flattened(tree)
  return blob.ok ? bytes(blob.value.length) : undefined
}

/** What messages call a file: `Xen`, `device tree`, `kernel of camera and viewer`. */
export function describeFile(file: LoadedFile): string {
  if (file.kind === 'xen') return 'Xen'
  if (file.kind === 'device-tree') return 'device tree'
  if (file.kind === 'overlay') return 'overlay of the device tree'
  if (file.kind === 'bitstream') return 'FPGA'
  if (file.kind === 'xsm-policy') return 'security policy of Xen'
  if (file.kind === 'partial-tree') return `partial device tree of ${enumeration(file.usedBy)}`
  return `${file.kind} of ${enumeration(file.usedBy)}`
}

function describeDomains({ dom0, dom0less }: SystemPlan): string {
  const names = [...(dom0 ? [dom0.domain.name] : []), ...dom0less.map(({ domain }) => domain.name)]
  return names.length === 0 ? 'no domain' : enumeration(names)
}

function enumeration(names: readonly string[]): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
