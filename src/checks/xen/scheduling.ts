/** Which CPUs each domain runs on (common/sched/boot-cpupool.c: btcpupools_allocate_pools). */

import { hasDom0 } from './rules/domain-memory.ts'
import { lastValue, parseUnsigned } from './view/command-line.ts'
import { type CpupoolReading, poolOf } from './view/cpupools.ts'
import type { DomainReading } from './view/domains.ts'
import type { ScannedNode } from './view/scan.ts'
import type { XenReading } from './view.ts'

/** CPUs that Xen starts, in its numbering. */
export function started({ cpus, commandLine }: XenReading): readonly ScannedNode[] {
  const limit = parseUnsigned(lastValue(commandLine, 'maxcpus') ?? '')
  return limit === undefined || limit === 0n ? cpus : cpus.slice(0, Number(limit))
}

/** CPUs that nobody else schedules on, with who runs there. */
export interface Pool {
  /** Absent: the one of all CPUs that are in no other. */
  readonly reading?: CpupoolReading
  readonly cpus: readonly ScannedNode[]
  readonly scheduler: string
}

export function poolsOf(reading: XenReading): readonly Pool[] {
  const usual = lastValue(reading.commandLine, 'sched') ?? 'credit2'
  const named = reading.cpupools.map((pool) => ({
    reading: pool,
    cpus: pool.cpus.filter((cpu) => cpu !== undefined),
    scheduler: pool.scheduler ?? usual,
  }))
  const taken = named.flatMap(({ cpus }) => cpus)
  const rest = started(reading).filter((cpu) => !taken.includes(cpu))
  return rest.length === 0 ? named : [...named, { cpus: rest, scheduler: usual }]
}

/** Where domains without a pool of their own run: with the boot CPU. */
function firstPool(reading: XenReading, pools: readonly Pool[]): Pool | undefined {
  const [boot] = reading.cpus
  return pools.find(({ cpus }) => boot && cpus.includes(boot))
}

export function poolOfDomain(reading: XenReading, pools: readonly Pool[], domain: DomainReading): Pool | undefined {
  const pool = poolOf(reading.root, domain.node)
  return pool.kind === 'node' ? pools.find((own) => own.reading?.node === pool.node) : firstPool(reading, pools)
}

/** Virtual CPUs of dom0 where the command line says them. */
const dom0Vcpus = ({ commandLine }: XenReading): number =>
  Number(parseUnsigned(lastValue(commandLine, 'dom0_max_vcpus') ?? '') ?? 0n)

export function vcpusIn(reading: XenReading, pools: readonly Pool[], pool: Pool): number {
  const own = reading.domains.filter((domain) => poolOfDomain(reading, pools, domain) === pool)
  const dom0 = hasDom0(reading) && firstPool(reading, pools) === pool ? dom0Vcpus(reading) : 0
  return own.reduce((total, { vcpus }) => total + (vcpus ?? 0), dom0)
}

export const poolName = ({ reading }: Pool): string => (reading ? reading.node.node.name : 'the pool of the boot CPU')
