/** Colouring of the last-level cache as Xen reads it, from 4.20 on (common/llc-coloring.c). */
import { type Bytes, bytes, MiB, PAGE, times } from '../../../units/quantities.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { XenView } from '../view.ts'
import { booleanOption, type CommandLine, lastValue, parseUnsigned, parseXenSize } from './command-line.ts'

/** The first release with colours. */
export const COLORING_SINCE = '4.20'

/** Most colours that Xen can handle: 2 to the power of LLC_COLORS_ORDER (common/Kconfig), by default 7. */
export function capacity({ context: { kconfig } }: XenView): number {
  const order = Number(kconfig?.options.get('LLC_COLORS_ORDER') ?? 7)
  return 2 ** (Number.isInteger(order) && order >= 1 && order <= 10 ? order : 7)
}

/** Default size of that RAM (common/Kconfig: BUDDY_ALLOCATOR_SIZE). */
const DEFAULT_BUDDY = times(64, MiB)

/** RAM that is not handed out by colour, for Xen's own use. */
export function buddyReserve({ commandLine }: XenView): Bytes {
  const given = parseXenSize(lastValue(commandLine, 'buddy-alloc-size') ?? '')
  return given === undefined ? DEFAULT_BUDDY : bytes(given)
}

/** The last-level cache as Xen knows it. */
export interface Cache {
  /** Size of one way; absent: `llc-size` and `llc-nr-ways` are not both given. */
  readonly way?: Bytes
  /** Whether colouring is on. */
  readonly enabled: boolean
}

function cacheOf(line: CommandLine): Cache {
  const size = parseXenSize(lastValue(line, 'llc-size') ?? '') ?? 0n
  const ways = parseUnsigned(lastValue(line, 'llc-nr-ways') ?? '') ?? 0n
  const way = size > 0n && ways > 0n ? bytes(size / ways) : undefined
  return { enabled: booleanOption(line, 'llc-coloring', way !== undefined), ...(way === undefined ? {} : { way }) }
}

/** The cache by Xen's arguments. Before 4.20, which has no such arguments, colouring is off. */
export const cacheIn = ({ commandLine, context }: XenView): Cache =>
  isAtLeast(context.release, COLORING_SINCE) ? cacheOf(commandLine) : { enabled: false }

/** How many colours the cache has; `undefined`: colouring is off, or Xen asks the hardware. */
export function colorsOf(view: XenView): number | undefined {
  const { enabled, way } = cacheIn(view)
  return enabled && way !== undefined ? Math.min(Number(way / PAGE), capacity(view)) : undefined
}

/** A list of colours, as far as Xen can read it. */
export interface ColorList {
  /** How many colours it names, duplicates included. */
  readonly count: number
  readonly highest: number
  /** Why Xen cannot read all of it; absent: it can. */
  readonly wrong?: string
}

/** Reads a list as Xen does (common/llc-coloring.c: parse_color_config): numbers in C's notation; a trailing comma is accepted. `limit`: most colours. */
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
