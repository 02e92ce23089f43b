/** The host as its device tree describes it. */
import { type DeviceTree, propertyNamed } from '../devicetree/model.ts'
import { compatibles } from '../devicetree/readings/node.ts'
import { indexTree, type TreeIndex } from '../devicetree/readings/tree-index.ts'
import { stringValue } from '../devicetree/readings/values.ts'
import { atValue, inFile, member, type Report } from '../diagnostics/diagnostic.ts'
import type { NamedRange, Platform } from '../model/system-model.ts'
import { formatRange } from '../units/format.ts'
import { overlaps } from '../units/range.ts'
import { cpusOf, gicOf, stdoutOf } from './board-devices.ts'
import { type Complain, dynamicReservations, ramBanks, reservationBlock, reservedMemory } from './board-memory.ts'
import type { AssumedFirmware, Board, OwnedMemory } from './facts.ts'
import { assumedFirmware } from './firmware.ts'
import { leftOut, memoryExample, reportOverlaps, withMemory } from './platform-memory.ts'

/**
 * What the platform's tree says of the machine, and the manifest's own RAM and reservations. What cannot be read is reported and left
 * out. The board's tree is `own`, with RAM where it has none and the manifest gives it.
 */
export function describeBoard(own: DeviceTree, platform: Platform, report: Report): Omit<Board, 'overlays'> {
  const { path } = platform['device-tree']
  const complain: Complain = (node, reason) =>
    report('REF-015', {
      at: inFile(path, { node }),
      message: `${node} in ${path} cannot be used: ${reason}`,
      help: 'correct the node in the device tree',
      related: [{ at: atValue(platform['device-tree'].pointer), message: `${path} is named here` }],
    })
  const { tree, index, ram, isGiven } = withRam(own, platform, complain, report)
  for (const reserved of ram.length > 0 ? platform.reserved : []) checkReserved(reserved, ram, report)
  const reserved = [
    ...reservedMemory(index, complain),
    ...reservationBlock(tree, complain),
    ...reservedByManifest(platform),
  ]
  const firmware = platform.firmware === 'none' ? [] : assumedFirmware(compatibles(tree.root), ram, reserved)
  const owned = [...reserved, ...firmware.map(ownedByFirmware)]
  const unused = isGiven ? [] : leftOut(platform, ram, owned, report)
  const gic = gicOf(index, complain)
  const stdout = stdoutOf(index)
  return {
    tree,
    model: stringValue(propertyNamed(tree.root, 'model')) ?? compatibles(tree.root)[0] ?? '',
    ram,
    owned: [...owned, ...unused.map(heldBack)],
    firmware,
    unused,
    dynamicReservations: dynamicReservations(index, complain),
    cpus: cpusOf(index, tree.bootCpuid),
    ...(gic ? { gic } : {}),
    ...(stdout === undefined ? {} : { stdout }),
  }
}

interface TreeWithRam {
  readonly tree: DeviceTree
  readonly index: TreeIndex
  readonly ram: Board['ram']
  /** The manifest's, rather than the tree's own. */
  readonly isGiven: boolean
}

/** Reports a board without RAM, in its tree and in the manifest. */
function withRam(own: DeviceTree, platform: Platform, complain: Complain, report: Report): TreeWithRam {
  const index = indexTree(own.root)
  const complaints: Parameters<Complain>[] = []
  const ram = ramBanks(index, (...complaint) => complaints.push(complaint))
  reportOverlaps(platform.memory, report)
  const isPlaceholder = ram.length === 0 || platform['memory-from'] === 'manifest'
  if (isPlaceholder && platform.memory.length > 0) {
    const tree = withMemory(own, platform, report)
    const completed = indexTree(tree.root)
    return { tree, index: completed, ram: ramBanks(completed, complain), isGiven: true }
  }
  for (const complaint of complaints) complain(...complaint)
  if (ram.length === 0) reportNoRam(index, platform, report)
  else if (platform['memory-from'] === 'manifest') reportNoMemory(platform, report)
  return { tree: own, index, ram: isPlaceholder ? [] : ram, isGiven: false }
}

const reportNoRam = (tree: TreeIndex, platform: Platform, report: Report): void =>
  report('RES-003', {
    at: atValue(platform['device-tree'].pointer),
    message: `${platform['device-tree'].path} lists no RAM: the firmware of this board fills it in, after the addresses have been chosen`,
    help: `set platform.memory, such as '${memoryExample(tree)}', or use the tree that runs on the board`,
    unless: [memoryOf(platform)],
  })

const memoryOf = ({ pointer }: Platform): string => member(pointer, 'memory')

const ownedByFirmware = ({ range, what }: AssumedFirmware): OwnedMemory => ({
  range,
  owner: `${what}, assumed`,
  by: 'firmware',
  noMap: true,
})

const reportNoMemory = (platform: Platform, report: Report): void =>
  report('RES-003', {
    at: atValue(member(platform.pointer, 'memory-from')),
    message: 'the RAM of the board is to come from the manifest, which gives none',
    help: "set platform.memory, or leave 'memory-from' out",
    unless: [memoryOf(platform)],
  })

const heldBack = ({ range }: NamedRange): OwnedMemory => ({
  range,
  owner: 'platform.memory',
  by: 'manifest',
  noMap: false,
})

const reservedByManifest = (platform: Platform): OwnedMemory[] =>
  platform.reserved.map(({ name, range }) => ({
    range,
    owner: `platform.reserved.${name}`,
    by: 'manifest',
    noMap: false,
  }))

function checkReserved({ name, range, pointer }: NamedRange, ram: Board['ram'], report: Report): void {
  if (ram.some((bank) => overlaps(bank, range))) return
  report('RES-004', {
    at: atValue(pointer),
    message: `'${name}' reserves ${formatRange(range)}, which is not RAM`,
    help: `the board has RAM at ${ram.map(formatRange).join(', ')}`,
  })
}
