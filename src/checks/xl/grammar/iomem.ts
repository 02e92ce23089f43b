/** Items of `iomem=` and `llc_colors=` (tools/xl/xl_parse.c: parse_config_data, by `sscanf`). */
import { bytes, type GuestPhys, guestPhys, type HostPhys, hostPhys, PAGE } from '../../../units/quantities.ts'
import { type Range, range } from '../../../units/range.ts'

/** Host-physical pages, and where the guest has them; half-open, and of one size. */
export interface Iomem {
  readonly host: Range<HostPhys>
  readonly guest: Range<GuestPhys>
}

const IOMEM =
  /^\s*\+?(?:0[xX])?(?<start>[0-9a-fA-F]{1,16}),\s*\+?(?:0[xX])?(?<count>[0-9a-fA-F]{1,16})(?:@\s*\+?(?:0[xX])?(?<gfn>[0-9a-fA-F]{1,16}))?$/

/** Reads `START,COUNT@GUEST`, numbers of pages in hexadecimal; without `@` the guest has them at the host's address. `undefined`: xl cannot read it. */
export function readIomem(item: string): Iomem | undefined {
  const { start, count, gfn = start } = IOMEM.exec(item)?.groups ?? {}
  if (start === undefined || count === undefined || gfn === undefined) return undefined
  const address = (page: string): bigint => BigInt(`0x${page}`) * PAGE
  const size = bytes(address(count))
  return { host: range(hostPhys(address(start)), size), guest: range(guestPhys(address(gfn)), size) }
}

/** Colours of the last-level cache. */
export interface Colors {
  readonly count: number
  readonly highest: number
}

/** Reads a colour or a range of colours; xl ignores what follows. `undefined`: xl cannot read it, and stops. */
export function readColor(item: string): Colors | undefined {
  const [, first, last = first] = /^\s*\+?(\d+)(?:-\s*\+?(\d+))?/.exec(item) ?? []
  if (first === undefined || last === undefined) return undefined
  const [low, high] = [Number(first), Number(last)]
  return high < low || high > 0xffff_ffff ? undefined : { count: high - low + 1, highest: high }
}
