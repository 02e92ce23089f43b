/** CPU: boot-time cpupools, and what runs in them (common/sched/boot-cpupool.c, null.c, arinc653.c). */

import type { Finding } from '../../../diagnostics/diagnostic.ts'
import { SCHEDULERS } from '../../../xen/command-line.ts'
import type { Rule } from '../../rule.ts'
import { buildWith, builtWithout } from '../built-without.ts'
import { coreOf, type Load, limitOf, loadOf, poolName, poolsOf, started, startsAllKinds } from '../scheduling.ts'
import { lastValue, optionOrigin } from '../view/command-line.ts'
import { CPUPOOL, type CpupoolView, poolOf } from '../view/cpupools.ts'
import { at } from '../view/domains.ts'
import { numberOf } from '../view/host.ts'
import { readProperty } from '../view/property.ts'
import { everyNode, isCompatible, originOfProperty, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

const CPUS = 'cpupool-cpus'
const SCHEDULER = 'cpupool-sched'

const atCpu = ({ node }: CpupoolView, index: number) => originOfProperty(node, CPUS, index * 4)

/** Xen finds a pool's CPUs by their numbers (common/sched/boot-cpupool.c: get_logical_cpu_from_hw_id). */
const hasSameReg = (a: ScannedNode, b: ScannedNode): boolean => {
  const number = numberOf(a)
  return number !== undefined && number === numberOf(b)
}

/** The finding about a scheduler that is not a string, which Xen ignores silently. */
const noText = (node: ScannedNode): Finding => ({
  at: originOfProperty(node, SCHEDULER),
  message: `${SCHEDULER} of ${node.path} is not a string: ${readProperty(node.node, SCHEDULER)?.data.length === 0 ? 'it is empty' : 'it does not end in NUL'}`,
  help: 'write it as a string',
  effect: "Xen would ignore it: the pool gets Xen's default scheduler",
})

/** Dom0's share of a pool's virtual CPUs, as the end of a clause. */
const dom0Part = ({ ofDom0 }: Load): string => (ofDom0 > 0 ? `, ${ofDom0} of them of dom0` : '')

export const cpupoolRules: readonly Rule<XenView>[] = [
  {
    code: 'CPU-001',
    check({ cpupools, context }, verdict) {
      const option = builtWithout(context, 'cpupools')
      const [first] = cpupools
      if (option !== undefined && first)
        verdict.violated({
          at: first.node.origin,
          message: `there are cpupools, and Xen was built without ${option}`,
          help: buildWith(option),
        })
    },
  },
  {
    code: 'CPU-002',
    check({ cpupools }, verdict) {
      for (const { node, cpus } of cpupools) {
        if (cpus.length > 0) continue
        const at = originOfProperty(node, CPUS)
        verdict.violated({
          at,
          message: `${node.path} names no CPU`,
          help: 'name at least one',
          unless: at.kind === 'manifest' ? [at.pointer] : [],
        })
      }
    },
  },
  {
    code: 'CPU-003',
    check(view, verdict) {
      const usable = started(view)
      const { because } = limitOf(view)
      for (const pool of view.cpupools)
        for (const [index, cpu] of pool.cpus.entries()) {
          if (cpu && usable.includes(cpu)) continue
          const isOff = cpu && view.cpus.includes(cpu)
          const like = cpu && usable.find((other) => hasSameReg(other, cpu))
          verdict.violated({
            at: atCpu(pool, index),
            message: `${pool.node.path} names ${cpu ? cpu.path : 'a node that does not exist'}, ${isOff ? `which ${because} leaves offline` : 'which is not a CPU that Xen starts'}`,
            help: isOff ? 'raise that limit, or leave the CPU out' : 'name nodes below /cpus',
            ...(like ? { effect: `Xen would take ${like.path} for it, which has the same reg` } : {}),
          })
        }
    },
  },
  {
    code: 'CPU-004',
    check(view, verdict) {
      for (const pool of view.cpupools)
        for (const [index, cpu] of pool.cpus.entries()) {
          const reg = cpu && readProperty(cpu.node, 'reg')
          if (cpu && reg && reg.data.length === 8 && reg.data.subarray(0, 4).some((byte) => byte !== 0))
            verdict.violated({
              at: atCpu(pool, index),
              message: `${cpu.path} has an id of more than 32 bits, which Xen does not find for a cpupool`,
              help: 'leave this CPU out',
            })
        }
    },
  },
  {
    code: 'CPU-005',
    check({ cpupools }, verdict) {
      const owner = new Map<ScannedNode, CpupoolView>()
      for (const pool of cpupools)
        for (const [index, cpu] of pool.cpus.entries()) {
          const before = cpu && owner.get(cpu)
          if (cpu) owner.set(cpu, before ?? pool)
          if (cpu && before)
            verdict.violated({
              at: atCpu(pool, index),
              message: `${cpu.path} is in ${before === pool ? 'this pool twice' : `${before.node.node.name} as well`}`,
              help: 'put each CPU into one pool',
            })
        }
    },
  },
  {
    code: 'CPU-006',
    needs: ['CPU-003'],
    check({ cpupools, cpus, commandLine }, verdict) {
      if (startsAllKinds(commandLine)) return
      const boot = coreOf(cpus[0])
      for (const pool of cpupools)
        for (const [index, cpu] of pool.cpus.entries())
          if (cpu && coreOf(cpu) !== boot)
            verdict.violated({
              at: atCpu(pool, index),
              message: `${cpu.path} is ${coreOf(cpu) ?? 'of another kind'}, and Xen starts only CPUs like the one it boots on, ${boot ?? 'unknown'}`,
              help: "add hmp-unsafe=true to Xen's arguments, or leave the CPU out",
              remedy: 'add hmp-unsafe=true to xen.bootargs, or leave the CPU out',
            })
    },
  },
  {
    code: 'CPU-007',
    check({ cpupools, context: { kconfig } }, verdict) {
      for (const { node, scheduler } of cpupools) {
        if (scheduler === undefined) {
          if (readProperty(node.node, SCHEDULER)) verdict.violated(noText(node))
          continue
        }
        const option = Object.hasOwn(SCHEDULERS, scheduler) ? SCHEDULERS[scheduler] : undefined
        const isOff = option !== undefined && kconfig && kconfig.options.get(option) !== 'y'
        if (option !== undefined && !isOff) continue
        verdict.violated({
          at: originOfProperty(node, SCHEDULER),
          message: isOff
            ? `${node.path} has the scheduler ${scheduler}, and Xen was built without ${option} (${kconfig.path})`
            : `${node.path} has the scheduler "${scheduler}", which Xen does not have`,
          help: isOff ? `build Xen with CONFIG_${option}=y` : `use one of ${Object.keys(SCHEDULERS).join(', ')}`,
        })
      }
    },
  },
  {
    code: 'CPU-008',
    check({ domains, root, cpupools }, verdict) {
      for (const domain of domains) {
        const pool = poolOf(root, domain.node)
        if (pool.kind !== 'node' || cpupools.some(({ node }) => node === pool.node) || isCompatible(pool.node, CPUPOOL))
          continue
        verdict.violated({
          at: at(domain, 'domain-cpupool'),
          message: `domain-cpupool of '${domain.name}' points to ${pool.node.path}, which is not a cpupool`,
          help: `point to a child of /chosen that is compatible with ${CPUPOOL}`,
        })
      }
    },
  },
  {
    code: 'CPU-009',
    check({ domains, root }, verdict) {
      for (const domain of domains)
        if (poolOf(root, domain.node).kind === 'dangling')
          verdict.violated({
            at: at(domain, 'domain-cpupool'),
            message: `domain-cpupool of '${domain.name}' points to nothing, so Xen uses Pool-0`,
            help: 'point to a cpupool, or leave it out',
          })
    },
  },
  {
    code: 'CPU-011',
    check({ root, cpupools }, verdict) {
      for (const node of everyNode(root))
        if (isCompatible(node, CPUPOOL) && !cpupools.some((pool) => pool.node === node))
          verdict.violated({
            at: node.origin,
            message: `${node.path} is a cpupool, and Xen looks for cpupools directly below /chosen only`,
            help: 'move it there',
          })
    },
  },
  {
    code: 'CPU-012',
    needs: ['CPU-003', 'CPU-005'],
    check(view, verdict) {
      const pools = poolsOf(view)
      for (const pool of pools) {
        const load = loadOf(view, pools, pool)
        if (pool.scheduler !== 'null' || load.vcpus <= pool.cpus.length) continue
        verdict.violated({
          at: pool.view
            ? originOfProperty(pool.view.node, SCHEDULER)
            : optionOrigin(view.commandLine, undefined, 'sched'),
          message: `${poolName(pool)} has ${pool.cpus.length} CPU${pool.cpus.length === 1 ? '' : 's'} and ${load.vcpus} virtual CPUs${dom0Part(load)}, and the null scheduler dedicates a CPU to each virtual CPU`,
          help: 'give it more CPUs, or its domains (dom0 by dom0_max_vcpus) fewer virtual ones, or use another scheduler',
          remedy: 'give it more CPUs, or its domains, dom0 included, fewer vcpus, or use another scheduler',
        })
      }
    },
  },
  {
    code: 'CPU-013',
    check({ cpupools }, verdict) {
      for (const { node, scheduler } of cpupools)
        if (scheduler === 'arinc653')
          verdict.violated({
            at: originOfProperty(node, SCHEDULER),
            message: `${node.path} has the scheduler arinc653, which runs no domain but dom0 until it is given a schedule`,
            help: 'have dom0 set a schedule, or use another scheduler',
          })
    },
  },
  {
    code: 'CPU-015',
    needs: ['CPU-003', 'CPU-005'],
    check(view, verdict) {
      if (lastValue(view.commandLine, 'vwfi') !== 'native') return
      const pools = poolsOf(view)
      for (const pool of pools) {
        const load = loadOf(view, pools, pool)
        if (load.vcpus > pool.cpus.length)
          verdict.violated({
            at: optionOrigin(view.commandLine, view.context.optionOrigins, 'vwfi'),
            message: `with vwfi=native a waiting guest keeps its CPU, and ${poolName(pool)} has ${load.vcpus} virtual CPUs for ${pool.cpus.length}${dom0Part(load)}`,
            help: 'remove vwfi=native, or give each virtual CPU a CPU of its own',
          })
      }
    },
  },
]
