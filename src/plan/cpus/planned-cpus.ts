/** Who has which CPUs, and which part of their cache. */
import type { Cpupool } from '../../model/partition.ts'
import type { Planned } from '../provenance.ts'

/** A CPU pool: CPUs with a scheduler of their own. */
export interface PlannedCpupool {
  readonly pool: Cpupool
  /** Xen's number of the pool: `Pool-<id>`. */
  readonly id: number
  /** In the manifest's order; names that the board does not have are left out (reported). */
  readonly cpus: readonly PooledCpu[]
  /** Of the pool's node. */
  readonly phandle: number
}

export interface PooledCpu {
  readonly path: string
  /** Xen's logical CPU id. */
  readonly id: number
  readonly phandle: number
  /** The board's tree gives the phandle; else domforge does. */
  readonly isNumbered: boolean
}

/** Colours of the last-level cache, in Xen's syntax. */
export interface PlannedColoring {
  /** How many there are; absent: known to the hardware only. */
  readonly total?: number
  /** Absent: Xen's default, colour 0. */
  readonly xen?: Planned<string>
  /** Absent: all. */
  readonly dom0?: Planned<string>
}
