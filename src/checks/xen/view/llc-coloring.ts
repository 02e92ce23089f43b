/** Colouring of the last-level cache as Xen reads it, from 4.20 on (common/llc-coloring.c). */
import { type Bytes, bytes, MiB, PAGE, times } from '../../../units/quantities.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { XenView } from '../view.ts'
import { booleanOption, type CommandLine, lastValue, parseUnsigned, parseXenSize } from './command-line.ts'

/** First release that has colours. */
export const COLORING_SINCE = '4.20'

/** Colours that Xen holds: 2 to the power of LLC_COLORS_ORDER (common/Kconfig), 7 unless built otherwise. */
export function capacity({ context: { kconfig } }: XenView): number {
  const order = Number(kconfig?.options.get('LLC_COLORS_ORDER') ?? 7)
  return 2 ** (Number.isInteger(order) && order >= 1 && order <= 10 ? order : 7)
}

/** RAM without colours where Xen is not told how much (common/Kconfig: BUDDY_ALLOCATOR_SIZE). */
const DEFAULT_BUDDY = times(64, MiB)

/** RAM that is not handed out by colour: Xen's own heap. */
export function buddyReserve({ commandLine }: XenView): Bytes {
  const given = parseXenSize(lastValue(commandLine, 'buddy-alloc-size') ?? '')
  return given === undefined ? DEFAULT_BUDDY : bytes(given)
}

/** The last-level cache as Xen knows it. */
export interface Cache {
  /** Bytes of one way; absent: `llc-size` and `llc-nr-ways` are not both given. */
  readonly way?: Bytes
  /** Colouring is on. */
  readonly enabled: boolean
}

function cacheOf(line: CommandLine): Cache {
  const size = parseXenSize(lastValue(line, 'llc-size') ?? '') ?? 0n
  const ways = parseUnsigned(lastValue(line, 'llc-nr-ways') ?? '') ?? 0n
  const way = size > 0n && ways > 0n ? bytes(size / ways) : undefined
  return { enabled: booleanOption(line, 'llc-coloring', way !== undefined), ...(way === undefined ? {} : { way }) }
}

/** Off before 4.20, whatever the arguments say. */
export const cacheIn = ({ commandLine, context }: XenView): Cache =>
  isAtLeast(context.release, COLORING_SINCE) ? cacheOf(commandLine) : { enabled: false }

/** How many colours there are; `undefined`: colouring is off, or only the hardware knows. */
export function colorsOf(view: XenView): number | undefined {
  const { enabled, way } = cacheIn(view)
  return enabled && way !== undefined ? Math.min(Number(way / PAGE), capacity(view)) : undefined
}

export interface ColorList {
  /** As written, duplicates too; nothing after what Xen cannot read. */
  readonly count: number
  readonly highest: number
  /** Why Xen cannot read it. */
  readonly wrong?: string
}

/** Xen's own reading of a list (common/llc-coloring.c: parse_color_config): C's numbers, a trailing comma is tolerated. */
export function readColors(text: string, limit: number): ColorList {
  let count = 0
  let highest = 0
  for (const item of text.replace(/,$/, '').split(',')) {
    const match = /^(0[xX][0-9a-fA-F]+|[0-9]+)(?:-(0[xX][0-9a-fA-F]+|[0-9]+))?$/.exec(item)
    const first = Number(parseUnsigned(match?.[1] ?? '') ?? -1n)
    const last = match?.[2] === undefined ? first : Number(parseUnsigned(match[2]) ?? -1n)
    if (first < 0 || last < 0) return { count, highest, wrong: `'${item}' is not a colour` }
    if (first > last) return { count, highest, wrong: `${item} runs backwards` }
    if (last >= limit) return { count, highest, wrong: `${last} is past the ${limit} colours that Xen supports` }
    count += last - first + 1
    highest = Math.max(highest, last)
  }
  return { count, highest }
}
