/** The host as its device tree describes it. */
import { type DeviceTree, propertyNamed } from '../devicetree/model.ts'
import { compatibles } from '../devicetree/readings/node.ts'
import { indexTree } from '../devicetree/readings/tree-index.ts'
import { stringValue } from '../devicetree/readings/values.ts'
import { atValue, inFile, type Report } from '../diagnostics/diagnostic.ts'
import type { NamedRange, Platform } from '../model/system-model.ts'
import { formatRange } from '../units/format.ts'
import { overlaps } from '../units/range.ts'
import { cpusOf, gicOf, stdoutOf } from './board-devices.ts'
import { type Complain, dynamicReservations, ramBanks, reservationBlock, reservedMemory } from './board-memory.ts'
import type { Board, OwnedMemory } from './facts.ts'
import { leftOut } from './platform-memory.ts'

/** What the platform's tree says of the machine, and the manifest's own reservations. What cannot be read is reported and left out. */
export function describeBoard(tree: DeviceTree, platform: Platform, report: Report): Board {
  const { path } = platform['device-tree']
  const complain: Complain = (node, reason) =>
    report('REF-015', {
      at: inFile(path, { node }),
      message: `${node} in ${path} cannot be used: ${reason}`,
      help: 'correct the node in the device tree',
      related: [{ at: atValue(platform['device-tree'].pointer), message: `${path} is named here` }],
    })
  const index = indexTree(tree.root)
  const ram = ramBanks(index, complain)
  if (ram.length === 0 && platform.memory.length === 0)
    report('RES-003', {
      at: atValue(platform['device-tree'].pointer),
      message: `${path} lists no RAM: the firmware of this board fills it in, after the addresses have been chosen`,
      help: 'give it with platform.memory, such as memory: { ram: { start: 0x8000_0000, size: 2GiB } }, or use the tree that runs on the board',
    })
  for (const reserved of ram.length > 0 ? platform.reserved : []) checkReserved(reserved, ram, report)
  const owned = [
    ...reservedMemory(index, complain),
    ...reservationBlock(tree, complain),
    ...reservedByManifest(platform),
  ]
  const unused = leftOut(
    platform,
    ram,
    owned.map(({ range }) => range),
    report,
  )
  const gic = gicOf(index, complain)
  const stdout = stdoutOf(index)
  return {
    tree,
    model: stringValue(propertyNamed(tree.root, 'model')) ?? compatibles(tree.root)[0] ?? '',
    ram,
    owned: [
      ...owned,
      ...unused.map(({ range }) => ({ range, owner: 'platform.memory', by: 'manifest', noMap: false }) as const),
    ],
    unused,
    dynamicReservations: dynamicReservations(index, complain),
    cpus: cpusOf(index, tree.bootCpuid),
    ...(gic ? { gic } : {}),
    ...(stdout === undefined ? {} : { stdout }),
  }
}

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
    message: `'${name}' reserves ${formatRange(range)}, where the board has no RAM`,
    help: `the board has RAM at ${ram.map(formatRange).join(', ')}`,
  })
}
