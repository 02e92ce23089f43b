/** Which CPUs each domain runs on (common/sched/boot-cpupool.c: btcpupools_allocate_pools). */

import { MAX_VCPUS } from '../../xen/domain-limits.ts'
import { type CpuLimit, cpuLimit } from './cpu-limit.ts'
import { booleanOption, type CommandLine, lastValue, parseUnsigned } from './view/command-line.ts'
import { type CpupoolView, poolOf } from './view/cpupools.ts'
import type { DomainView } from './view/domains.ts'
import { hasDom0 } from './view/hardware-owner.ts'
import { readProperty, stringList } from './view/property.ts'
import type { ScannedNode } from './view/scan.ts'
import type { XenView } from './view.ts'

/** CPUs that Xen starts, in its numbering. */
export const started = (view: XenView): readonly ScannedNode[] => view.cpus.slice(0, limitOf(view).count)

/** How many those are. */
export const limitOf = ({ cpus, commandLine, context }: XenView): CpuLimit =>
  cpuLimit(cpus.length, commandLine, context.kconfig)

/** Whether CPUs of another kind than the boot CPU start too (arch/arm/smpboot.c: start_secondary). */
export const startsAllKinds = (commandLine: CommandLine): boolean => booleanOption(commandLine, 'hmp-unsafe', false)

/** What kind of core a CPU is; Xen compares the cores' own ids (MIDR), which a tree does not hold. */
export const coreOf = (cpu: ScannedNode | undefined): string | undefined =>
  cpu && stringList(readProperty(cpu.node, 'compatible'))[0]

/** CPUs that run once all are started: what domains are scheduled on. */
function online(view: XenView): readonly ScannedNode[] {
  const boot = coreOf(view.cpus[0])
  return startsAllKinds(view.commandLine) ? started(view) : started(view).filter((cpu) => coreOf(cpu) === boot)
}

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
  const rest = online(view).filter((cpu) => !taken.includes(cpu))
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

/** Virtual CPUs of dom0: by default one for each CPU of its pool (arch/arm/domain_build.c: dom0_max_vcpus). */
function dom0Vcpus({ commandLine }: XenView, { cpus }: Pool): number {
  const told = parseUnsigned(lastValue(commandLine, 'dom0_max_vcpus') ?? '')
  return Math.min(told ? Number(told) : cpus.length, MAX_VCPUS)
}

/** Virtual CPUs of dom0, which there is. */
export function vcpusOfDom0(view: XenView): number {
  const pool = firstPool(view, poolsOf(view))
  return pool ? dom0Vcpus(view, pool) : 0
}

export interface Load {
  /** All virtual CPUs of a pool's domains. */
  readonly vcpus: number
  /** Those of dom0 among them; 0: it runs elsewhere, or there is none. */
  readonly ofDom0: number
}

export function loadOf(view: XenView, pools: readonly Pool[], pool: Pool): Load {
  const own = view.domains.filter((domain) => poolOfDomain(view, pools, domain) === pool)
  const ofDom0 = hasDom0(view) && firstPool(view, pools) === pool ? dom0Vcpus(view, pool) : 0
  return { ofDom0, vcpus: own.reduce((total, { vcpus }) => total + (vcpus ?? 0), ofDom0) }
}

export const poolName = ({ view }: Pool): string => (view ? view.node.node.name : 'the pool of the boot CPU')
