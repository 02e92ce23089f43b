/** The host's memory from bottom to top: who owns what, what U-Boot loads where, and what is left. */
import { describeFile } from '../../assemble/script.ts'
import type { LoadedFile, SystemPlan } from '../../plan/system-plan.ts'
import { hex, roughSize } from '../../units/format.ts'
import type { HostPhys } from '../../units/quantities.ts'
import { byBase, contains, end, merge, overlaps, type Range, range, rangeBetween, subtract } from '../../units/range.ts'
import { table } from './layout.ts'

/** A stretch of the host's address space. */
export interface Stretch {
  readonly range: Range<HostPhys>
  readonly what: string
}

export function hostMemoryLines(plan: SystemPlan): readonly string[] {
  const rows = hostMemory(plan).map(({ range: r, what }) => [hex(r.base), hex(end(r)), roughSize(r.size), what])
  return table(
    [
      { heading: 'from', align: 'right' },
      { heading: 'up to', align: 'right' },
      { heading: 'size', align: 'right' },
      { heading: 'what', align: 'left' },
    ],
    rows,
  )
}

/** Ascending. Files come before the rest of the room that is kept for them; free RAM is what nothing else names. */
export function hostMemory({ board, load }: SystemPlan): readonly Stretch[] {
  const taken = [...board.owned.map(owned(board.ram)), ...[load.xen, load.deviceTree, ...load.modules].flatMap(loaded)]
  const free = subtract(
    board.ram,
    taken.map((stretch) => stretch.range),
  ).map((hole): Stretch => ({ range: hole, what: 'free: for Xen and the memory of domains' }))
  return [...taken, ...free].sort((a, b) => byBase(a.range, b.range))
}

const owned =
  (ram: readonly Range<HostPhys>[]) =>
  ({ range: where, owner, noMap }: SystemPlan['board']['owned'][number]): Stretch => {
    const inRam = merge(ram).some((bank) => contains(bank, where) || overlaps(bank, where))
    const remarks = [...(noMap ? ['no-map'] : []), ...(inRam ? [] : ['not RAM'])]
    return { range: where, what: `reserved: ${owner}${remarks.length > 0 ? ` (${remarks.join(', ')})` : ''}` }
  }

function loaded(file: LoadedFile): readonly Stretch[] {
  const what = describeFile(file)
  const exact = range(file.address.value, file.size)
  const name = `${file.path}: ${what}`
  if (file.kind === 'device-tree') return [{ range: file.room, what: `${name}, with room to grow` }]
  if (end(file.room) <= end(exact)) return [{ range: exact, what: name }]
  return [
    { range: exact, what: name },
    { range: rangeBetween(end(exact), end(file.room)), what: `  kept free behind ${file.path}` },
  ]
}
