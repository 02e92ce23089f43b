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

/** How many CPUs Xen starts, and what limits them. */
export const limitOf = ({ cpus, commandLine, context }: XenView): CpuLimit =>
  cpuLimit(cpus.length, commandLine, context.kconfig)

/** Whether CPUs of another kind than the boot CPU start too (arch/arm/smpboot.c: start_secondary). */
export const startsAllKinds = (commandLine: CommandLine): boolean => booleanOption(commandLine, 'hmp-unsafe', false)

/** A CPU's kind of core, as far as its `compatible` says. Xen compares MIDR registers, which no tree holds. */
export const coreOf = (cpu: ScannedNode | undefined): string | undefined =>
  cpu && stringList(readProperty(cpu.node, 'compatible'))[0]

/** CPUs that stay online, on which domains are scheduled. */
function online(view: XenView): readonly ScannedNode[] {
  const boot = coreOf(view.cpus[0])
  return startsAllKinds(view.commandLine) ? started(view) : started(view).filter((cpu) => coreOf(cpu) === boot)
}

/** CPUs under one scheduler; no CPU is in two pools. */
export interface Pool {
  /** Absent: the pool of all CPUs that are in no other. */
  readonly view?: CpupoolView
  readonly cpus: readonly ScannedNode[]
  readonly scheduler: string
}

/** All pools: those of the tree in its order, and one of the CPUs that are in none of them, if there are any. */
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

/** The pool of domains that name none: that of the boot CPU. */
function firstPool(view: XenView, pools: readonly Pool[]): Pool | undefined {
  const [boot] = view.cpus
  return pools.find(({ cpus }) => boot && cpus.includes(boot))
}

/** The pool of a boot-time domain; `undefined`: the node that it names is no pool. */
export function poolOfDomain(view: XenView, pools: readonly Pool[], domain: DomainView): Pool | undefined {
  const pool = poolOf(view.root, domain.node)
  return pool.kind === 'node' ? pools.find((own) => own.view?.node === pool.node) : firstPool(view, pools)
}

/** How many virtual CPUs dom0 has: by default one for each CPU of its pool (arch/arm/domain_build.c: dom0_max_vcpus). */
function dom0Vcpus({ commandLine }: XenView, { cpus }: Pool): number {
  const told = parseUnsigned(lastValue(commandLine, 'dom0_max_vcpus') ?? '')
  return Math.min(told ? Number(told) : cpus.length, MAX_VCPUS)
}

/** The same, of a view that has a dom0. */
export function vcpusOfDom0(view: XenView): number {
  const pool = firstPool(view, poolsOf(view))
  return pool ? dom0Vcpus(view, pool) : 0
}

/** Virtual CPUs that a pool has to run. */
export interface Load {
  /** Those of all the pool's domains. */
  readonly vcpus: number
  /** Those of dom0 among them; 0: it runs elsewhere, or there is none. */
  readonly ofDom0: number
}

/** The load of `pool`, one of `pools`. */
export function loadOf(view: XenView, pools: readonly Pool[], pool: Pool): Load {
  const own = view.domains.filter((domain) => poolOfDomain(view, pools, domain) === pool)
  const ofDom0 = hasDom0(view) && firstPool(view, pools) === pool ? dom0Vcpus(view, pool) : 0
  return { ofDom0, vcpus: own.reduce((total, { vcpus }) => total + (vcpus ?? 0), ofDom0) }
}

/** What messages call a pool. */
export const poolName = ({ view }: Pool): string => (view ? view.node.node.name : 'the pool of the boot CPU')
