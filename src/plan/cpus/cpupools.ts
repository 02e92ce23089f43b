/** Cpupools as Xen numbers them. */
import { nodeAt } from '../../devicetree/model.ts'
import { phandleOfNode } from '../../devicetree/readings/node.ts'
import type { Report } from '../../diagnostics/diagnostic.ts'
import { member } from '../../diagnostics/diagnostic.ts'
import type { Board } from '../../facts/facts.ts'
import type { Cpupool } from '../../model/partition.ts'
import { cpuNumbered } from './affinity.ts'
import type { PlannedCpupool, PooledCpu } from './planned-cpus.ts'

/** The boot CPU's logical number. */
const BOOT_CPU = 0

/**
 * Pools in document order. Xen numbers them so, from 0, with one more for the CPUs that are in none; then the pool of the boot CPU and the
 * first one change numbers (common/sched/boot-cpupool.c: btcpupools_allocate_pools). A name that is not a CPU of the board is reported (REF-022).
 */
export function planCpupools(
  pools: readonly Cpupool[],
  board: Board,
  nextPhandle: () => number,
  report: Report,
): readonly PlannedCpupool[] {
  const phandles = new Map<number, number>()
  const read = pools.map((pool) => ({
    pool,
    cpus: pool.cpus.flatMap((name, index) => {
      const id = cpuNumbered(name, member(`${pool.pointer}/cpus`, index), board, report)
      return id === undefined ? [] : [pooledCpu(id, board, phandles, nextPhandle)]
    }),
  }))
  const ofBoot = read.findIndex(({ cpus }) => cpus.some(({ id }) => id === BOOT_CPU))
  const first = ofBoot < 0 ? read.length : ofBoot
  return read.map(({ pool, cpus }, index) => ({
    pool,
    id: index === first ? 0 : index === 0 ? first : index,
    cpus,
    phandle: nextPhandle(),
  }))
}

function pooledCpu(
  id: number,
  { cpus, tree }: Board,
  phandles: Map<number, number>,
  nextPhandle: () => number,
): PooledCpu {
  const path = cpus[id]?.path ?? ''
  const node = nodeAt(tree.root, path)
  const own = node && phandleOfNode(node)
  const phandle = own ?? phandles.get(id) ?? nextPhandle()
  phandles.set(id, phandle)
  return { path, id, phandle, isNumbered: own !== undefined }
}
