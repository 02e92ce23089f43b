/** What one guest said about itself on the console. */
export interface GuestReport {
  /** The number that Xen gave the guest, from the prefix of its lines; undefined where the line had none. */
  readonly domainId: number | undefined
  /** System RAM as Linux sees it, in guest-physical addresses: half-open, ascending, ranges that touch are one. */
  readonly ram: readonly RamRange[]
  readonly cpus: number
  /** /proc/cmdline without its newline. */
  readonly cmdline: string
}

export interface RamRange {
  readonly base: bigint
  readonly size: bigint
}

/** The line that a guest's initramfs prints last. */
export const reportDone = (name: string): RegExp => new RegExp(`\\bFACT ${name} done \\|\\|`)

const factLine = /^(?:\(XEN\) )?(?:DOM(?<domain>\d+): )?FACT (?<name>\S+) (?<key>[a-z]+) \|(?<value>.*)\|$/

interface Fact {
  readonly domain: string | undefined
  readonly key: string
  readonly value: string
}

/** Reads the reports of all guests, by name. Throws on a report that contradicts itself or lacks a fact. */
export function readReports(lines: readonly string[]): ReadonlyMap<string, GuestReport> {
  const facts = new Map<string, Fact[]>()
  for (const line of lines) {
    const { domain, name, key, value } = factLine.exec(line)?.groups ?? {}
    if (name === undefined || key === undefined || value === undefined) continue
    facts.set(name, [...(facts.get(name) ?? []), { domain, key, value }])
  }
  return new Map([...facts].map(([name, ofGuest]) => [name, readReport(name, ofGuest)]))
}

function readReport(name: string, facts: readonly Fact[]): GuestReport {
  const values = (key: string): string[] => facts.filter((fact) => fact.key === key).map((fact) => fact.value)
  const domains = new Set(facts.map(({ domain }) => domain))
  if (domains.size !== 1) throw new Error(`'${name}' reports from several domains: ${[...domains].join(', ')}`)
  const [cpus] = values('cpus')
  if (cpus === undefined || values('done').length !== 1) throw new Error(`'${name}' reports too little, or twice`)
  const [domain] = domains
  return {
    domainId: domain === undefined ? undefined : Number(domain),
    ram: joinRanges(values('ram').map(readRange)),
    cpus: Number(cpus),
    cmdline: values('cmdline').join(''),
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
