/** `cpupools` of the section `xen`. */
import { member } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import type { ModelContext } from './context.ts'
import { checkName } from './names.ts'
import type { Cpupool } from './partition.ts'

export const CPUPOOLS = '/xen/cpupools'

export function readCpupools(context: ModelContext, given: Manifest['xen']['cpupools']): readonly Cpupool[] {
  return Object.entries(given ?? {}).flatMap(([name, pool]) => {
    if (!checkName(context, CPUPOOLS, name, 'cpupool') || !pool) return []
    const { cpus, scheduler } = pool
    return [{ pointer: member(CPUPOOLS, name), name, cpus, ...(scheduler ? { scheduler } : {}) }]
  })
}
