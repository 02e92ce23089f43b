/** What Xen finds when it starts from our own output. */
import type { Assembly } from '../../assemble/assembly.ts'
import { flattened } from '../../assemble/flattened.ts'
import { atValue, type Origin } from '../../diagnostics/diagnostic.ts'
import { type Dom0, originOf } from '../../model/system-model.ts'
import { bytes } from '../../units/quantities.ts'
import { range } from '../../units/range.ts'
import type { BootContext, MemoryAtBoot } from './boot-context.ts'

export function bootContextOf(assembly: Assembly): BootContext {
  const { plan, hostTree } = assembly
  const blob = flattened(hostTree)
  const memory = memoryAtBoot(assembly)
  return {
    tree: hostTree,
    ...(blob.ok ? { treeSize: bytes(blob.value.length) } : {}),
    entry: plan.model.boot.command,
    release: plan.model.xen.release,
    ...(plan.kconfig ? { kconfig: plan.kconfig } : {}),
    ...(memory ? { memory } : {}),
    ...(plan.dom0 ? { optionOrigins: originsOfOptions(plan.dom0.domain) } : {}),
    origin: atValue(plan.model.platform['device-tree'].pointer),
  }
}

function memoryAtBoot({ plan: { load } }: Assembly): MemoryAtBoot | undefined {
  if (!load.xen.file) return undefined
  return {
    xen: load.xen.room,
    xenFile: load.xen.file,
    deviceTree: load.deviceTree.room,
    modules: load.modules.flatMap(({ address, size, file }) =>
      file ? [{ range: range(address.value, size), file }] : [],
    ),
  }
}

/** Dom0's options are made of its entry in the manifest. */
const originsOfOptions = (dom0: Dom0): ReadonlyMap<string, Origin> =>
  new Map([
    ['dom0_mem', originOf(dom0, 'memory')],
    ['dom0_max_vcpus', originOf(dom0, 'vcpus')],
  ])
