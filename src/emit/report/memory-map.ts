/** The host's memory from bottom to top: who owns what, what U-Boot loads where, and what is left. */
import { describeFile } from '../../assemble/script.ts'
import { loadedFiles } from '../../plan/loaded-files.ts'
import { numbersOf } from '../../plan/numbers.ts'
import type { LoadedFile, SystemPlan } from '../../plan/system-plan.ts'
import { usedByUBoot } from '../../u-boot/memory.ts'
import { hex, roughSize } from '../../units/format.ts'
import type { HostPhys } from '../../units/quantities.ts'
import { byBase, end, intersection, merge, overlaps, type Range, subtract } from '../../units/range.ts'
import { table, wrap } from './layout.ts'

/** A stretch of the host's address space. */
export interface Stretch {
  readonly range: Range<HostPhys>
  /** A file, `reserved` or `free`. */
  readonly what: string
  /** Whose it is. */
  readonly whose: string
}

/** A table of all stretches. */
export function hostMemoryLines(plan: SystemPlan): readonly string[] {
  const rows = hostMemory(plan).map(({ range: r, what, whose }) => [
    hex(r.base),
    hex(end(r)),
    roughSize(r.size),
    what,
    whose,
  ])
  return [
    ...table(
      [
        { heading: 'from', align: 'right' },
        { heading: 'up to', align: 'right' },
        { heading: 'size', align: 'right' },
        { heading: 'what', align: 'left' },
        { heading: 'whose', align: 'left' },
      ],
      rows,
    ),
    '',
    ...wrap(plan.model.boot['load-window'] ? FREE : `${FREE} ${U_BOOT}`),
  ]
}

const FREE =
  "Free memory is for Xen and for domains' RAM without a fixed address. A file has more room than its size if its image needs it to run."

const U_BOOT =
  'Where U-Boot is while it loads is not known when the system is built: it is assumed at the top of the lowest and of the highest bank, and below 4 GiB.'

/** Name of the RAM in which U-Boot is assumed to be, and to which it therefore loads nothing. There is none if the manifest gives a load window. */
const UNTIL_XEN = 'U-Boot, until Xen starts'

/** All stretches, ascending, host-physical. Free RAM is what nothing else claims. */
export function hostMemory(plan: SystemPlan): readonly Stretch[] {
  const { board, load } = plan
  const owned = board.owned.map(({ range, owner, noMap }): Stretch => {
    const remarks = [
      ...(noMap ? ['no-map'] : []),
      ...(board.ram.some((bank) => overlaps(bank, range)) ? [] : ['not RAM']),
    ]
    return { range, what: 'reserved', whose: [owner, ...remarks].join(', ') }
  })
  const xenRuns = load.xenRuns ? [{ range: load.xenRuns, what: 'Xen, moved here by bootm', whose: 'Xen' }] : []
  const fixed = numbersOf(plan, 'memory').map(({ what, whose, value }): Stretch => ({ range: value, what, whose }))
  const taken = [...owned, ...loadedFiles(load).map(loaded), ...xenRuns, ...fixed]
  const holes = subtract(
    board.ram,
    taken.map(({ range }) => range),
  )
  const uBoot = plan.model.boot['load-window'] ? [] : merge(usedByUBoot(board.ram))
  const free = subtract(holes, uBoot).map((range): Stretch => ({ range, what: 'free', whose: '' }))
  const shared = holes.flatMap((hole) => uBoot.flatMap((room) => intersection(hole, room) ?? []))
  const afterUBoot = shared.map((range): Stretch => ({ range, what: 'free', whose: UNTIL_XEN }))
  return [...taken, ...free, ...afterUBoot].sort((a, b) => byBase(a.range, b.range))
}

const loaded = (file: LoadedFile): Stretch => ({ range: file.room, what: file.path, whose: describeFile(file) })
