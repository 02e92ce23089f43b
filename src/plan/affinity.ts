/** Which physical CPUs virtual CPUs may run on, in Xen's numbers. */
import { posix } from 'node:path'
import { atValue, member, type Report } from '../diagnostics/diagnostic.ts'
import type { Board } from '../facts/facts.ts'
import type { Guest, VcpuAffinity } from '../model/system-model.ts'
import type { PlannedAffinity } from './system-plan.ts'

/**
 * The guest's affinity in logical CPU ids: the boot CPU is 0, the others follow in tree order (arch/arm/smpboot.c: dt_smp_init_cpus). A name that
 * is no CPU of the board is reported (REF-022) and left out.
 */
export function planAffinity(guest: Guest, { cpus }: Board, report: Report): readonly PlannedAffinity[] {
  const names = cpus.map(({ path }) => posix.basename(path))
  return (guest['hard-affinity'] ?? []).map((affinity) => ({
    pointer: affinity.pointer,
    vcpu: affinity.vcpu,
    cpus: idsOf(affinity, names, report),
  }))
}

function idsOf({ pointer, cpus }: VcpuAffinity, names: readonly string[], report: Report): readonly number[] {
  const ids = new Set<number>()
  for (const [index, name] of cpus.entries()) {
    const id = names.indexOf(name)
    if (id >= 0) ids.add(id)
    else
      report('REF-022', {
        at: atValue(member(pointer, index)),
        message: `the board has no CPU '${name}'`,
        help: `its CPUs are ${names.join(', ')}`,
      })
  }
  return [...ids].sort((a, b) => a - b)
}
