/** The files behind modules, where the context knows what lies in memory. */
import type { DeviceTree } from '../../devicetree/model.ts'
import type { FileFacts } from '../../facts/facts.ts'
import type { ModuleReading } from './view/modules.ts'
import type { XenReading } from './view.ts'

/** The partial tree behind a module; absent: not known. */
export function treeOf(reading: XenReading, module: ModuleReading | undefined): DeviceTree | undefined {
  const base = module?.range?.base
  return reading.context.memory?.modules.find((loaded) => loaded.range.base === base)?.tree
}

/** The file that a module's `reg` points at; absent: not known, or not there (which was reported). */
export function fileOf(reading: XenReading, module: ModuleReading | undefined): FileFacts | undefined {
  const base = module?.range?.base
  const file = reading.context.memory?.modules.find((loaded) => loaded.range.base === base)?.file
  return file?.format.kind === 'missing' ? undefined : file
}
