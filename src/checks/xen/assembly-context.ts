/** What Xen finds when it starts from our own output. */
import type { Assembly } from '../../assemble/assembly.ts'
import { flattened } from '../../assemble/flattened.ts'
import { atValue } from '../../diagnostics/diagnostic.ts'
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
