/** Which physical CPUs virtual CPUs may run on, in Xen's numbers. */
import { posix } from 'node:path'
import { atValue, member, type Report } from '../../diagnostics/diagnostic.ts'
import type { Board } from '../../facts/facts.ts'
import type { Guest, VcpuAffinity } from '../../model/system-model.ts'
import type { PlannedAffinity } from '../system-plan.ts'

/**
 * The guest's affinity in logical CPU ids: the boot CPU is 0, the others follow in tree order (arch/arm/smpboot.c: dt_smp_init_cpus). A name that
 * is not a CPU of the board is reported (REF-022) and left out.
 */
export const planAffinity = (guest: Guest, board: Board, report: Report): readonly PlannedAffinity[] =>
  (guest['hard-affinity'] ?? []).map((affinity) => ({
    pointer: affinity.pointer,
    vcpu: affinity.vcpu,
    cpus: idsOf(affinity, board, report),
  }))

function idsOf({ pointer, cpus }: VcpuAffinity, board: Board, report: Report): readonly number[] {
  const ids = cpus.flatMap((name, index) => cpuNumbered(name, member(pointer, index), board, report) ?? [])
  return [...new Set(ids)].sort((a, b) => a - b)
}

/** The logical id of the CPU `name`; REF-022 at `pointer` where the board has none. */
export function cpuNumbered(name: string, pointer: string, { cpus }: Board, report: Report): number | undefined {
  const names = cpus.map(({ path }) => posix.basename(path))
  const id = names.indexOf(name)
  if (id >= 0) return id
  report('REF-022', {
    at: atValue(pointer),
    message: `the board has no CPU '${name}'`,
    help: `its CPUs are ${names.join(', ')}`,
  })
  return undefined
}
