/** Which CPUs each domain runs on (common/sched/boot-cpupool.c: btcpupools_allocate_pools). */

import { type CpuLimit, cpuLimit } from './cpu-limit.ts'
import { lastValue, parseUnsigned } from './view/command-line.ts'
import { type CpupoolView, poolOf } from './view/cpupools.ts'
import type { DomainView } from './view/domains.ts'
import { hasDom0 } from './view/hardware-owner.ts'
import type { ScannedNode } from './view/scan.ts'
import type { XenView } from './view.ts'

/** CPUs that Xen starts, in its numbering. */
export const started = (view: XenView): readonly ScannedNode[] => view.cpus.slice(0, limitOf(view).count)

/** How many those are. */
export const limitOf = ({ cpus, commandLine, context }: XenView): CpuLimit =>
  cpuLimit(cpus.length, commandLine, context.kconfig)

/** CPUs under one scheduler, which no other pool has. */
export interface Pool {
  /** Absent: the pool of all CPUs that are in no other. */
  readonly view?: CpupoolView
  readonly cpus: readonly ScannedNode[]
  readonly scheduler: string
}

export function poolsOf(view: XenView): readonly Pool[] {
  const usual = lastValue(view.commandLine, 'sched') ?? 'credit2'
  const named = view.cpupools.map((pool) => ({
    view: pool,
    cpus: pool.cpus.filter((cpu) => cpu !== undefined),
    scheduler: pool.scheduler ?? usual,
  }))
  const taken = named.flatMap(({ cpus }) => cpus)
  const rest = started(view).filter((cpu) => !taken.includes(cpu))
  return rest.length === 0 ? named : [...named, { cpus: rest, scheduler: usual }]
}

/** Where domains without a pool of their own run: with the boot CPU. */
function firstPool(view: XenView, pools: readonly Pool[]): Pool | undefined {
  const [boot] = view.cpus
  return pools.find(({ cpus }) => boot && cpus.includes(boot))
}

export function poolOfDomain(view: XenView, pools: readonly Pool[], domain: DomainView): Pool | undefined {
  const pool = poolOf(view.root, domain.node)
  return pool.kind === 'node' ? pools.find((own) => own.view?.node === pool.node) : firstPool(view, pools)
}

/** Virtual CPUs of dom0 where the command line says them. */
const dom0Vcpus = ({ commandLine }: XenView): number =>
  Number(parseUnsigned(lastValue(commandLine, 'dom0_max_vcpus') ?? '') ?? 0n)

export function vcpusIn(view: XenView, pools: readonly Pool[], pool: Pool): number {
  const own = view.domains.filter((domain) => poolOfDomain(view, pools, domain) === pool)
  const dom0 = hasDom0(view) && firstPool(view, pools) === pool ? dom0Vcpus(view) : 0
  return own.reduce((total, { vcpus }) => total + (vcpus ?? 0), dom0)
}

export const poolName = ({ view }: Pool): string => (view ? view.node.node.name : 'the pool of the boot CPU')
