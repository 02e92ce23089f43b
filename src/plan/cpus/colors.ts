/** Colours of the last-level cache. */
import { atKey, type Report } from '../../diagnostics/diagnostic.ts'
import type { Lock } from '../../facts/lock.ts'
import type { CacheColoring, ColorChoice } from '../../model/partition.ts'
import { type Bytes, PAGE, times, wholeUnits } from '../../units/quantities.ts'
import { type Placer, place } from '../lock/placer.ts'
import type { Planned } from '../provenance.ts'

/** A request for colours: of Xen, dom0 or a domain. */
export interface ColorRequest {
  /** Entry of the lock; absent: no guest depends on the choice. */
  readonly key?: string
  /** Its name in messages: `'rtos'`. */
  readonly who: string
  /** Pointer of the choice in the manifest. */
  readonly pointer: string
  readonly choice: ColorChoice
}

/** How many colours there are: pages in one way of the cache; `undefined` where only the hardware knows (common/llc-coloring.c: llc_coloring_init). */
export function totalColors(coloring: CacheColoring | undefined): number | undefined {
  const size = coloring?.['llc-size']
  const ways = coloring?.['llc-nr-ways']
  return size === undefined || ways === undefined ? undefined : Number(wholeUnits(size, wayOf(ways)))
}

const wayOf = (ways: number): Bytes => times(ways, PAGE)

/** Most colours that Xen can be built for (common/Kconfig: LLC_COLORS_ORDER of 10). */
const MOST_COLORS = 1024

/** Colour 0 is Xen's own unless it is told otherwise. */
const XEN_DEFAULT = [0]

/**
 * Colours for every request, in Xen's syntax: the manifest's, then the lock's, then the lowest that no other request names. Xen's
 * own default counts as named when `xen` says nothing. A count that cannot be had is reported (RES-010).
 */
export function planColors(
  requests: readonly ColorRequest[],
  coloring: CacheColoring | undefined,
  lock: Lock,
  report: Report,
): ReadonlyMap<ColorRequest, Planned<string>> {
  const total = totalColors(coloring)
  const taken = new Set<number>(coloring?.xen ? [] : XEN_DEFAULT)
  const { places, unplaced } = place(requests, taken, colorPlacer(total), lock)
  for (const { item, space } of unplaced) reportNoColors(item, total, space, report)
  return places
}

type TakenColors = ReadonlySet<number>

const colorPlacer = (total: number | undefined): Placer<ColorRequest, string, TakenColors> => ({
  key: ({ key }) => key,
  given: ({ choice, pointer }) => ('text' in choice ? { value: choice.text, by: 'manifest', at: pointer } : undefined),
  kept: [
    ({ choice }, text, taken) => {
      const colors = colorsIn(text)
      const fits = colors.length === countOf(choice) && colors.every((color) => color < (total ?? 0))
      return fits && !colors.some((color) => taken.has(color)) ? text : undefined
    },
  ],
  choose: ({ choice }, taken) => {
    const free = lowestFree(taken, total, countOf(choice))
    return free.length === countOf(choice) ? { value: colorText(free), by: 'allocated', reason: REASON } : undefined
  },
  without: (taken, text) => new Set([...taken, ...colorsIn(text)]),
  text: (text) => text,
})

const countOf = (choice: ColorChoice): number => ('count' in choice ? choice.count : 0)

const REASON = 'lowest free colours'

/** The lowest `count` of `total` colours, or as many as there are; none where it is not known how many there are. */
function lowestFree(taken: TakenColors, total: number | undefined, count: number): readonly number[] {
  const free: number[] = []
  for (let color = 0; color < Math.min(total ?? 0, MOST_COLORS) && free.length < count; color++)
    if (!taken.has(color)) free.push(color)
  return free
}

/** The colours of a list in Xen's syntax, ascending, without those that no cache can have. */
export function colorsIn(text: string): readonly number[] {
  const colors = new Set<number>()
  for (const item of text.split(',')) {
    const [first = 0, last = first] = item.split('-').map(Number)
    for (let color = first; color <= Math.min(last, MOST_COLORS - 1); color++) colors.add(color)
  }
  return [...colors].sort((a, b) => a - b)
}

/** `0-3,8`. Ascending. */
export function colorText(colors: readonly number[]): string {
  const runs: [number, number][] = []
  for (const color of colors) {
    const last = runs.at(-1)
    if (last && last[1] + 1 === color) last[1] = color
    else runs.push([color, color])
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',')
}

function reportNoColors(
  { who, pointer, choice }: ColorRequest,
  total: number | undefined,
  taken: TakenColors,
  report: Report,
): void {
  const at = atKey(pointer)
  const count = countOf(choice)
  if (total === undefined)
    report('RES-010', {
      at,
      message: `${who} wants ${count} colours, and it is not known how many the cache has`,
      help: 'set llc-size and llc-nr-ways in xen.cache-coloring, or name the colours',
    })
  else
    report('RES-010', {
      at,
      message: `${who} wants ${count} colours, and only ${lowestFree(taken, total, count).length} of ${total} are free`,
      help: 'ask for fewer colours',
    })
}
