/** Lists of physical CPUs in xl's notation: `0,2-3`, `all,^1`, `nodes:0` (tools/xl/xl_parse.c: parse_cpurange, update_cpumap_range). */

/** Physical CPUs from `first` to `last`, both included. */
export interface CpuRange {
  readonly first: bigint
  readonly last: bigint
}

const PART = /^(?:(?:nodes?:)?all|(?<not>\^?)(?<nodes>nodes?:)?(?<first>[0-9]+)(?:-(?<last>[0-9]+))?)$/

/** The least number that xl refuses as too large (parse_range, by `strtoul`). */
const TOO_LARGE = (1n << 64n) - 1n

/** CPUs that `text` names by number, without those that a later part excludes (`^`); `undefined`: xl cannot read it, for instance because a range descends. */
export function readCpuList(text: string): readonly CpuRange[] | undefined {
  let named: readonly CpuRange[] = []
  for (const part of text.split(',')) {
    const match = PART.exec(part)
    if (part === '') continue
    if (!match) return undefined
    const { not, nodes, first, last = first } = match.groups ?? {}
    if (first === undefined || last === undefined) continue
    const range = { first: BigInt(first), last: BigInt(last) }
    if (range.first > range.last || range.last >= TOO_LARGE) return undefined
    if (!nodes) named = not ? named.flatMap((other) => without(other, range)) : [...named, range]
  }
  return named
}

const without = ({ first, last }: CpuRange, hole: CpuRange): readonly CpuRange[] =>
  [
    { first, last: last < hole.first ? last : hole.first - 1n },
    { first: first > hole.last ? first : hole.last + 1n, last },
  ].filter((left) => left.first <= left.last)
