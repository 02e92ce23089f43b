import { type Compared, printBytes, printDifferences } from './compare.ts'
import { type PlanJson, type PlannedDomain, vcpusOf } from './expectations.ts'
import {
  type BuiltDomain,
  type DomainState,
  readBuiltDomains,
  readChannels,
  readDomainStates,
  readPools,
} from './xen-report.ts'

type Named = readonly [name: string, domain: PlannedDomain]

const pageBytes = 4096n

/** What a guest is given of the host's devices, as Xen prints it: `{ 34, 39 }`, `{ 9010, 9030-9031 }` in pages. */
export interface GivenHardware {
  readonly interrupts: string
  readonly ioMemory: string
}

const NOTHING: GivenHardware = { interrupts: '{ }', ioMemory: '{ }' }

/**
 * What differs between the plan and what Xen said of the domains that it builds, and of their state where it was asked. `hardware`
 * is by guest; the others have none.
 */
export function xenDifferences(
  plan: PlanJson,
  lines: readonly string[],
  hardware: Readonly<Record<string, GivenHardware>> = {},
): string[] {
  const domains = Object.entries(plan.domains).filter(([, { boot }]) => boot !== 'xl')
  const built = readBuiltDomains(lines)
  const states = readDomainStates(lines)
  const idOf = ([, { id }]: Named): number | undefined => id?.value
  return [
    ...domains.flatMap((named) =>
      builtDifferences(
        plan,
        named,
        built.find(({ id }) => id === idOf(named)),
      ),
    ),
    ...(states.length === 0
      ? []
      : [
          ...domains.flatMap((named) =>
            stateDifferences(
              plan,
              named,
              states.find(({ id }) => id === idOf(named)),
              hardware[named[0]] ?? NOTHING,
            ),
          ),
          ...machineDifferences(plan, domains, lines),
        ]),
  ]
}

function builtDifferences(
  plan: PlanJson,
  [name, { kernel, ramdisk }]: Named,
  built: BuiltDomain | undefined,
): string[] {
  if (!built) return [`${name}: planned, but Xen does not build it`]
  const numbers = (id: string | undefined, address: bigint | undefined, size: bigint | undefined): Compared[] => {
    const file = plan.load.find((candidate) => candidate.id === id)
    const [kind = ''] = id?.split('/').slice(-1) ?? []
    return [
      [`address of the ${kind}`, file?.address.value, address && printBytes(address)],
      ...(size === undefined ? [] : [[`size of the ${kind}`, file?.size.value, printBytes(size)] as const]),
    ]
  }
  return printDifferences(name, 'loaded by Xen', [
    ...numbers(kernel, built.kernel, built.kernelSize),
    ...(ramdisk === undefined ? [] : numbers(ramdisk, built.ramdisk, built.ramdiskSize)),
  ])
}

/** Devices of the host that no guest is given belong to dom0. */
function stateDifferences(
  plan: PlanJson,
  [name, domain]: Named,
  state: DomainState | undefined,
  hardware: GivenHardware,
): string[] {
  if (!state) return [`${name}: planned, but Xen does not know it`]
  const everywhere = plan.host.cpus.map((_, index) => index)
  const affinity = Array.from({ length: vcpusOf(plan, domain) }, (_, vcpu) =>
    printCpus(domain.affinity.find((bound) => bound.vcpu === vcpu)?.cpus ?? everywhere),
  )
  const compared: readonly Compared[] = [
    [
      'pages',
      Number((BigInt(domain.memory.value) + ownedBytes(plan, name)) / pageBytes) + storePages(domain),
      state.pages,
    ],
    ['hard affinity', affinity.join(' '), state.hardAffinity.join(' ')],
    ['colours', colorsOf(plan, domain), state.colors],
    ...(domain.boot === 'dom0' ? [] : hardwareCompared(hardware, state)),
  ]
  return printDifferences(name, 'given by Xen', compared)
}

const hardwareCompared = (given: GivenHardware, state: DomainState): readonly Compared[] => [
  ['interrupts', given.interrupts, state.interrupts],
  ['I/O memory', given.ioMemory, state.ioMemory],
]

/** A region that a domain owns is part of its memory for Xen. */
const ownedBytes = ({ regions }: PlanJson, name: string): bigint =>
  Object.values(regions).reduce(
    (sum, { host, access }) => (access[name]?.role === 'owner' ? sum + BigInt(host.size.value) : sum),
    0n,
  )

/** The page of the store, which init-dom0less adds to a guest that is to have one. */
const storePages = ({ enhanced }: PlannedDomain): number => (enhanced === 'enabled' ? 1 : 0)

/** As Xen prints them; nothing where colouring is off. Without a word a domain has all of them. */
function colorsOf({ host: { coloring } }: PlanJson, { colors, staticMem }: PlannedDomain): string {
  if (!coloring || staticMem) return ''
  return `{ ${colors?.value ?? `0-${(coloring.total ?? 0) - 1}`} }`
}

/** The planned pools, one more for the CPUs of none; the planned channels, and beside them only those that Linux itself has to dom0. */
function machineDifferences(plan: PlanJson, domains: readonly Named[], lines: readonly string[]): string[] {
  const pools = readPools(lines).map(
    (pool) => `${pool.id}: ${pool.cpus}, ${pool.scheduler}, d${pool.domains.join(' d')}`,
  )
  const planned = plannedChannels(plan)
  const found = readChannels(lines)
    .map(({ domain, port, remoteDomain, remotePort }) => ({
      ends: [domain, remoteDomain],
      text: `d${domain}:${port} d${remoteDomain}:${remotePort}`,
    }))
    .filter(({ ends, text }) => !ends.includes(0) || planned.includes(text))
  return printDifferences('Xen', 'reported', [
    ['CPU pools', plannedPools(plan, domains).join('; '), pools.join('; ')],
    [
      'channels',
      planned.toSorted().join(', '),
      found
        .map(({ text }) => text)
        .toSorted()
        .join(', '),
    ],
  ])
}

function plannedPools({ host }: PlanJson, domains: readonly Named[]): readonly string[] {
  const pools = Object.entries(host.cpupools).map(([name, pool]) => ({ name, scheduler: 'credit2', ...pool }))
  const pooled = pools.flatMap(({ cpus }) => cpus)
  const rest = host.cpus.flatMap((_, cpu) => (pooled.includes(cpu) ? [] : [cpu]))
  const free = [0, ...pools.map((_, index) => index + 1)].find((id) => pools.every((pool) => pool.id !== id)) ?? 0
  const all = rest.length === 0 ? pools : [...pools, { name: undefined, id: free, cpus: rest, scheduler: 'credit2' }]
  const poolOf = ([, { cpupool }]: Named): number =>
    all.find(({ name }) => name === cpupool && cpupool !== undefined)?.id ?? 0
  return all
    .toSorted((a, b) => a.id - b.id)
    .map(({ id, cpus, scheduler }) => {
      const ids = domains.filter((named) => poolOf(named) === id).map(([, domain]) => domain.id?.value ?? 0)
      return `${id}: ${printCpus(cpus.toSorted((a, b) => a - b))}, ${scheduler}, d${ids.toSorted((a, b) => a - b).join(' d')}`
    })
}

/** Each as both its domains have it. */
function plannedChannels({ channels, domains }: PlanJson): readonly string[] {
  return Object.values(channels).flatMap(({ ends }) => {
    const [first, second] = Object.entries(ends).map(
      ([name, { port }]) => `d${domains[name]?.id?.value ?? 0}:${port.value}`,
    )
    return [`${first} ${second}`, `${second} ${first}`]
  })
}

/** `0-1,3`, as Xen prints sets. Ascending. */
function printCpus(cpus: readonly number[]): string {
  const runs: [first: number, last: number][] = []
  for (const cpu of cpus) {
    const run = runs.at(-1)
    if (run && run[1] + 1 === cpu) run[1] = cpu
    else runs.push([cpu, cpu])
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',')
}
