/** What Xen itself says on the console: while it builds domains, and when asked by its debug keys. One parser for all releases. */

/** A domain as Xen builds it from `/chosen`; what it did not say is undefined. */
export interface BuiltDomain {
  readonly id: number
  /** Host-physical address of the kernel's module. */
  readonly kernel?: bigint
  /** Bytes of the kernel; undefined for one that Xen had to unpack. */
  readonly kernelSize?: bigint
  readonly ramdisk?: bigint
  readonly ramdiskSize?: bigint
}

/** A domain as the key `q` prints it. */
export interface DomainState {
  readonly id: number
  readonly pages: number
  /** Of the host: `{ 34 }`. */
  readonly interrupts: string
  /** Page numbers: `{ 9010-9011 }`. */
  readonly ioMemory: string
  /** Physical CPUs of each virtual one: `0-1`. */
  readonly hardAffinity: readonly string[]
  /** Of the last-level cache: `{ 2-9 }`; empty where colouring is off. */
  readonly colors: string
}

/** An event channel between two domains, as the key `e` prints it. */
export interface ChannelState {
  readonly domain: number
  readonly port: number
  readonly remoteDomain: number
  readonly remotePort: number
}

/** A CPU pool with the domains in it, as the key `r` prints it. */
export interface PoolState {
  readonly id: number
  readonly cpus: string
  readonly scheduler: string
  readonly domains: readonly number[]
}

/** Lines of Xen's own, without its mark. */
function xenLines(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^\(XEN\) (?!DOM\d)(.*)$/.exec(line)?.[1] ?? [])
}

/** In the order in which Xen builds them. Lines about other domains cannot come between: Xen builds one after the other. */
export function readBuiltDomains(lines: readonly string[]): BuiltDomain[] {
  const domains: BuiltDomain[] = []
  const add = (facts: Partial<BuiltDomain>): void => {
    const last = domains.pop()
    if (last) domains.push({ ...last, ...facts })
  }
  for (const line of xenLines(lines)) {
    const start = /^Loading d(\d+) kernel from boot module @ ([0-9a-f]+)/.exec(line)
    const zImage = /^Loading zImage from ([0-9a-f]+) to ([0-9a-f]+)-([0-9a-f]+)/.exec(line)
    const initrd = /^Loading d\d+ initrd from ([0-9a-f]+) to 0x([0-9a-f]+)-0x([0-9a-f]+)/.exec(line)
    if (start) domains.push({ id: Number(start[1]), kernel: hex(start[2]) })
    else if (zImage && hex(zImage[1]) === domains.at(-1)?.kernel) add({ kernelSize: hex(zImage[3]) - hex(zImage[2]) })
    else if (initrd) add({ ramdisk: hex(initrd[1]), ramdiskSize: hex(initrd[3]) - hex(initrd[2]) })
  }
  return domains
}

/** The last answer to `q`. */
export function readDomainStates(lines: readonly string[]): DomainState[] {
  const own = xenLines(lines)
  const answer = own.slice(own.findLastIndex((line) => line.startsWith("'q' pressed")))
  return sections(answer, /^General information for domain (\d+):/).map(({ id, body }) => ({
    id,
    pages: Number(first(body, /^ {4}nr_pages=(\d+) /)),
    interrupts: first(body, /^ {4}Interrupts (\{.*\})/),
    ioMemory: first(body, /^ {4}I\/O Memory (\{.*\})/),
    colors: first(body, /^\s*\d+ LLC colors: (\{.*\})/),
    hardAffinity: all(body, /^ {2}UNIT\d+ affinities: hard=\{([^}]*)\}/),
  }))
}

/**
 * Whether no other line came into the last answer to `q` and what was asked after it. Xen prints some of its lines in pieces, and what a guest says
 * meanwhile, on another CPU, comes between.
 */
export function isWholeAnswer(lines: readonly string[]): boolean {
  const answer = lines.slice(lines.findLastIndex((line) => line.startsWith("(XEN) 'q' pressed")))
  const isCut = answer.some((line) => /^\(XEN\) (?!DOM\d).*\(XEN\) /.test(line))
  const states = readDomainStates(answer)
  return !isCut && states.every(({ interrupts, ioMemory }) => interrupts !== '' && ioMemory !== '')
}

/** The last answer to `e`, of channels whose other end is another domain: state 3 is "between domains". */
export function readChannels(lines: readonly string[]): ChannelState[] {
  const own = xenLines(lines)
  const answer = own.slice(own.findLastIndex((line) => line.startsWith("'e' pressed")))
  return sections(answer, /^Event channel information for domain (\d+):/).flatMap(({ id, body }) =>
    body.flatMap((line) => {
      const channel = /^ *(\d+) \[[^\]]*\]: s=3 .*\bd=(\d+) p=(\d+)/.exec(line)
      if (!channel) return []
      const [port, remoteDomain, remotePort] = channel.slice(1).map(Number)
      return remoteDomain === id
        ? []
        : [{ domain: id, port: port ?? 0, remoteDomain: remoteDomain ?? 0, remotePort: remotePort ?? 0 }]
    }),
  )
}

/** The last answer to `r`. */
export function readPools(lines: readonly string[]): PoolState[] {
  const own = xenLines(lines)
  const answer = own.slice(own.findLastIndex((line) => line.startsWith('sched_smt_power_savings')))
  return sections(answer, /^Cpupool (\d+):/).map(({ id, body }) => ({
    id,
    cpus: first(body, /^Cpus: (.*)/),
    scheduler: first(body, /^Scheduler: .* \((.*)\)/),
    domains: [...new Set(all(body, /^\s+(?:Domain: |\d+: \[)(\d+)\b/).map(Number))].toSorted((a, b) => a - b),
  }))
}

interface Section {
  readonly id: number
  readonly body: readonly string[]
}

/** Parts that begin with a line of the pattern, which holds their number. */
function sections(lines: readonly string[], head: RegExp): Section[] {
  const starts = lines.flatMap((line, index) => (head.test(line) ? [index] : []))
  return starts.map((start, index) => ({
    id: Number(head.exec(lines[start] ?? '')?.[1]),
    body: lines.slice(start + 1, starts[index + 1]),
  }))
}

const all = (lines: readonly string[], pattern: RegExp): string[] =>
  lines.flatMap((line) => pattern.exec(line)?.[1] ?? [])

const first = (lines: readonly string[], pattern: RegExp): string => all(lines, pattern)[0] ?? ''

const hex = (digits: string | undefined): bigint => BigInt(`0x${digits ?? ''}`)
