/** Files that lie in memory already: whether they can lie where the manifest says, and whether all is known of them. */
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import type { Board } from '../facts/facts.ts'
import { addressPointer } from '../model/load.ts'
import type { Boot, MemoryLoad } from '../model/system-model.ts'
import { usedByUBoot } from '../u-boot/memory.ts'
import { formatRange, hex } from '../units/format.ts'
import { bytes, type HostPhys, isAligned } from '../units/quantities.ts'
import { contains, overlaps, type Range } from '../units/range.ts'
import { TREE_ALIGNMENT } from '../xen/boot-limits.ts'
import { givenRoom, type LoadItem } from './items.ts'

/** Who has memory already, for people. */
export interface Taken {
  readonly range: Range<HostPhys>
  readonly what: string
}

/** Reports what is wrong with `items` that are not loaded (RES-013 to RES-016); `given`: memory of domains. */
export function checkInMemory(
  items: readonly LoadItem[],
  given: readonly Range<HostPhys>[],
  board: Board,
  boot: Boot,
  report: Report,
): void {
  const inMemory = items.filter(({ file }) => file.load.from === 'memory')
  for (const item of inMemory) reportUnknownSize(item, report)
  reportAddresses(inMemory, report)
  const taken: Taken[] = [
    ...board.owned.map(({ range, owner }) => ({ range, what: owner })),
    ...given.map((range) => ({ range, what: 'memory of domains' })),
  ]
  for (const item of inMemory) {
    const room = givenRoom(item)
    if (!room || namesakes(item, inMemory).length > 1) continue
    const fault = faultOf(item, room, taken, board)
    if (fault !== undefined) reportPlace(item, room, fault, report)
    else reportUBoot(item, room, board, boot, report)
    taken.push({ range: room, what: `'${item.file.path}'` })
  }
}

/** The end of a sentence about the file. */
function faultOf(
  { file, need }: LoadItem,
  room: Range<HostPhys>,
  taken: readonly Taken[],
  board: Board,
): string | undefined {
  if (!board.ram.some((bank) => contains(bank, room))) return 'is not all RAM'
  const other = taken.find(({ range }) => overlaps(range, room))
  if (other) return `overlaps ${other.what} ${formatRange(other.range)}`
  const start = room.base - (need.lead ?? bytes(0))
  if (file.kind === 'xen' && need.base !== undefined && start !== need.base)
    return `is not where its header requires it, at ${hex(need.base)}`
  if (file.kind === 'xen' && start % need.alignment !== 0n)
    return 'is not where U-Boot would leave it: it is moved to a multiple of 2 MiB'
  return file.kind === 'device-tree' && !isAligned(room.base, TREE_ALIGNMENT)
    ? 'is not at a multiple of 8 bytes'
    : undefined
}

const pointerOf = ({ file }: LoadItem): string => addressPointer(file.load.pointer, file.path)

const reportPlace = (item: LoadItem, room: Range<HostPhys>, fault: string, report: Report): void =>
  report('RES-013', {
    at: atValue(pointerOf(item)),
    message: `'${item.file.path}' ${formatRange(room)} ${fault}`,
    help: 'put it elsewhere, or leave the address out: domforge then chooses one',
  })

function reportUBoot({ file }: LoadItem, room: Range<HostPhys>, { ram }: Board, boot: Boot, report: Report): void {
  const uBoot = boot['load-window'] ? undefined : usedByUBoot(ram).find((used) => overlaps(used, room))
  if (!uBoot) return
  report('RES-016', {
    at: atValue(addressPointer(file.load.pointer, file.path)),
    message: `'${file.path}' ${formatRange(room)} is where U-Boot may relocate itself, ${formatRange(uBoot)}`,
    help: 'put it below that, or set boot.load-window if U-Boot is known to be elsewhere',
  })
}

function reportUnknownSize({ file: { contents, path } }: LoadItem, report: Report): void {
  const facts = contents.kind === 'file' ? contents.facts : undefined
  if (facts?.format.kind !== 'missing' || facts.declared === undefined) return
  report('RES-015', {
    at: atValue(facts.declared.pointer),
    message: `'${path}' does not exist yet, and at boot nothing tells the size of a file that is in memory already`,
    help: "build when the file exists, or let U-Boot load it: a domain may have a 'load' of its own",
  })
}

const at = (pointer: string, path: string, items: readonly LoadItem[]): readonly LoadItem[] =>
  items.filter(({ file }) => file.load.pointer === pointer && file.path === path)

/** Those that the same address is given for. */
const namesakes = ({ file }: LoadItem, items: readonly LoadItem[]): readonly LoadItem[] =>
  at(file.load.pointer, file.path, items)

/** A file that the manifest does not name: it may be the one that an address is given for. */
const isNone = ({ file: { contents } }: LoadItem): boolean => contents.kind === 'file' && contents.facts.isNone === true

/** Each address is that of one file. */
function reportAddresses(items: readonly LoadItem[], report: Report): void {
  const methods = new Map<string, MemoryLoad>()
  for (const { file } of items) if (file.load.from === 'memory') methods.set(file.load.pointer, file.load)
  for (const { pointer, addresses } of methods.values())
    for (const path of addresses.keys()) {
      const files = at(pointer, path, items)
      if (files.length === 1 || (files.length === 0 && items.some(isNone))) continue
      const names = items.filter(({ file }) => file.load.pointer === pointer).map(({ file }) => `'${file.path}'`)
      report('RES-014', {
        at: atValue(addressPointer(pointer, path)),
        message:
          files.length === 0
            ? `no file of this load method is '${path}'`
            : `'${path}' is needed ${files.length} times: by ${files.map(({ file }) => file.usedBy.join(', ')).join(' and ')}`,
        help:
          files.length === 0
            ? `name one of ${[...new Set(names)].join(', ')}`
            : "give each domain a 'load' of its own with an address, or leave the address out",
      })
    }
}
