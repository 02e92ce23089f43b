/** What is said about files that fit nowhere. */
import { atKey, atValue, inFile, type Origin, type Related, type Report } from '../diagnostics/diagnostic.ts'
import type { Board, OwnedMemory } from '../facts/facts.ts'
import type { SystemModel } from '../model/system-model.ts'
import { usedByUBoot } from '../u-boot/memory.ts'
import { wholeSize } from '../u-boot/need.ts'
import { formatRange, formatSize, hex } from '../units/format.ts'
import type { HostPhys } from '../units/quantities.ts'
import { alignedPart, byBase, type Range } from '../units/range.ts'
import type { LoadItem, Placement } from './items.ts'

/** Entries of the map that goes with a finding. */
const MAP_ENTRIES = 12

/** Reports every item that has no place, each with what it needs and the largest hole; the first with a map of what lies where. */
export function reportNoRoom(placement: Placement, model: SystemModel, board: Board, report: Report): void {
  for (const [index, item] of placement.unplaced.entries())
    report('RES-001', {
      at: atValue(item.file.pointer),
      message: `${describe(item)} needs ${formatSize(wholeSize(item.need))} ${whereFor(item)}; ${largestHole(placement.free, item)}`,
      help: model.boot['load-window']
        ? 'enlarge boot.load-window, or make the files smaller'
        : 'make the files smaller, or set boot.load-window to memory that U-Boot leaves free',
      ...(index === 0 ? { related: memoryMap(placement, model, board) } : {}),
    })
}

function describe({ file }: LoadItem): string {
  switch (file.kind) {
    case 'xen':
      return `Xen's image '${file.path}'`
    case 'device-tree':
      return 'the device tree for Xen'
    case 'overlay':
      return `the overlay '${file.path}'`
    case 'bitstream':
      return `the bitstream '${file.path}'`
    default:
      return `'${file.path}' (${file.kind} of ${file.usedBy.map((name) => `'${name}'`).join(', ')})`
  }
}

const whereFor = ({ need }: LoadItem): string =>
  need.base === undefined ? 'at a multiple of 2 MiB' : `at ${hex(need.base)}, the only address that its header allows`

/** The part of a hole that an item could use begins at a multiple of its alignment. */
function largestHole(free: readonly Range<HostPhys>[], { need }: LoadItem): string {
  const usable = free.flatMap((hole) => alignedPart(hole, need.alignment) ?? [])
  const [first, ...others] = usable
  if (!first) return 'nothing is left'
  const largest = others.reduce((a, b) => (b.size > a.size ? b : a), first)
  return `the largest free range is ${formatSize(largest.size)} at ${formatRange(largest)}`
}

interface MapEntry {
  readonly range: Range<HostPhys>
  readonly at: Origin
  readonly what: string
}

/** The lowest entries, ascending: what was placed, what others own, and what is still free. */
function memoryMap(placement: Placement, model: SystemModel, board: Board): readonly Related[] {
  const atTree = atValue(model.platform['device-tree'].pointer)
  const uBoot = model.boot['load-window'] ? [] : usedByUBoot(board.ram)
  const entries: MapEntry[] = [
    ...placement.placed.map((file) => ({ range: file.room, at: atValue(file.pointer), what: `'${file.path}'` })),
    ...board.owned.map((owned) => ({ range: owned.range, at: originOf(owned, model), what: owned.owner })),
    ...uBoot.map((range) => ({ range, at: atTree, what: 'reserved for U-Boot itself' })),
    ...placement.free.map((range) => ({ range, at: atTree, what: `free: ${formatSize(range.size)}` })),
  ]
  const ascending = entries.sort((a, b) => byBase(a.range, b.range))
  return ascending
    .slice(0, MAP_ENTRIES)
    .map(({ range, at, what }) => ({ at, message: `${formatRange(range)} ${what}` }))
}

function originOf({ by, owner }: OwnedMemory, model: SystemModel): Origin {
  const reserved = model.platform.reserved.find(({ name }) => by === 'manifest' && owner === reservedOwner(name))
  if (reserved) return atValue(reserved.pointer)
  if (by === 'firmware') return atKey(`${model.platform.pointer}/firmware`)
  if (by === 'manifest') return atKey(`${model.platform.pointer}/memory`)
  const { path } = model.platform['device-tree']
  return inFile(path, by === 'reserved-memory' ? { node: owner } : {})
}

const reservedOwner = (name: string): string => `platform.reserved.${name}`
