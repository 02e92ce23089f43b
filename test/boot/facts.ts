/** What one guest said about itself on the console. */
export interface GuestReport {
  /** The number that Xen gave the guest, from the prefix of its lines; undefined where the line had none. */
  readonly domainId: number | undefined
  /** System RAM as Linux sees it, in guest-physical addresses: half-open, ascending, ranges that touch are one. */
  readonly ram: readonly RamRange[]
  readonly cpus: number
  /** /proc/cmdline without its newline. */
  readonly cmdline: string
  /** Nodes below /reserved-memory with their registers in hexadecimal, as `name 0123…`; sorted. */
  readonly reserved: readonly string[]
  /** Nodes at the top of the guest's device tree; sorted. */
  readonly devices: readonly string[]
  /** What /dev/console stands for, such as `ttyAMA0`. */
  readonly console: string
  /** What its first process could not do. */
  readonly problems: readonly string[]
  /** What it says of memory and channels that it shares with others, where it was asked to try them; sorted. */
  readonly links: readonly string[]
  /** SHA-256 of /etc/domforge/virtio.json; empty: there is none. */
  readonly metadata: string
  /** What programs say of virtio devices that they used, in order. */
  readonly exchanges: readonly string[]
  /** What it did with devices of the host that it was given, in order. */
  readonly devicesUsed: readonly string[]
  /** What dom0's tools say; empty for others. */
  readonly tools: ToolReports
}

export interface ToolReports {
  /** Output of `xl list -l`: JSON. */
  readonly list: string
  /** `ID NAME` of every domain, from the store. */
  readonly names: readonly string[]
}

export interface RamRange {
  readonly base: bigint
  readonly size: bigint
}

/** Whether each of `names` has reported in full. Quick for lines that end no report. */
export function haveReported(names: readonly string[], lines: readonly string[]): boolean {
  if (!lines.at(-1)?.includes(' done |')) return false
  const reports = readReports(lines)
  return names.every((name) => reports.has(name))
}

/** One repetition of a report. */
interface Round {
  readonly domainId: number | undefined
  readonly facts: Fact[]
}

const factLine =
  /^(?:\(XEN\) )?(?:DOM(?<domain>\d+): )?FACT (?<name>\S+) (?<round>\d+) (?<key>[a-z]+) \|(?<value>.*)\|$/

/** Pieces of a line that different domains printed: Xen puts a guest's line behind what dom0, or U-Boot, began. */
const printedByOne = (line: string): string[] => line.split(/(?=\(XEN\) DOM\d+: )/)

interface Fact {
  readonly key: string
  readonly value: string
}

/**
 * Reads the reports of all guests, by name: of each the first round in which no fact is missing. A guest without such a
 * round is left out. Throws when two domains report under one name.
 */
export function readReports(lines: readonly string[]): ReadonlyMap<string, GuestReport> {
  const rounds = new Map<string, Round>()
  const reports = new Map<string, GuestReport>()
  for (const line of lines.flatMap(printedByOne)) {
    const { domain, name, round, key, value } = factLine.exec(line)?.groups ?? {}
    if (name === undefined || key === undefined || value === undefined) continue
    const domainId = domain === undefined ? undefined : Number(domain)
    const id = [domain, name, round].join(' ')
    const current = rounds.get(id) ?? { domainId, facts: [] }
    rounds.set(id, current)
    if (key !== 'done') current.facts.push({ key, value })
    else if (current.facts.length === Number(value)) addReport(reports, name, readReport(domainId, current.facts))
  }
  return reports
}

function addReport(reports: Map<string, GuestReport>, name: string, report: GuestReport): void {
  const first = reports.get(name)
  if (first === undefined) reports.set(name, report)
  else if (first.domainId !== report.domainId)
    throw new Error(`domains ${first.domainId} and ${report.domainId} both report as '${name}'`)
}

function readReport(domainId: number | undefined, facts: readonly Fact[]): GuestReport {
  const values = (key: string): string[] => facts.filter((fact) => fact.key === key).map((fact) => fact.value)
  return {
    domainId,
    ram: joinRanges(values('ram').map(readRange)),
    cpus: Number(values('cpus')[0]),
    cmdline: values('cmdline').join(''),
    reserved: values('reserved').toSorted(),
    devices: values('device').toSorted(),
    console: values('console').join(''),
    problems: values('problem'),
    links: values('link').toSorted(),
    metadata: values('metadata').join(''),
    exchanges: values('exchange'),
    devicesUsed: values('used'),
    tools: { list: values('list').join(''), names: values('store').toSorted() },
  }
}

/** `/proc/iomem` prints both ends inclusive, in hexadecimal without prefix. */
function readRange(text: string): RamRange {
  const [first, last] = text.split('-').map((end) => BigInt(`0x${end}`))
  if (first === undefined || last === undefined) throw new Error(`not a range: ${text}`)
  return { base: first, size: last - first + 1n }
}

/** Linux lists RAM around a reservation in pieces; what counts is the union. */
export function joinRanges(ranges: readonly RamRange[]): RamRange[] {
  const joined: RamRange[] = []
  for (const range of [...ranges].sort((a, b) => (a.base < b.base ? -1 : 1))) {
    const last = joined.at(-1)
    if (last !== undefined && last.base + last.size === range.base)
      joined[joined.length - 1] = { base: last.base, size: last.size + range.size }
    else joined.push(range)
  }
  return joined
}
