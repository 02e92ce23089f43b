/** The files behind modules, where the context knows what lies in memory. */
import type { DeviceTree } from '../../devicetree/model.ts'
import type { FileFacts } from '../../facts/facts.ts'
import type { ModuleView } from './view/modules.ts'
import type { XenView } from './view.ts'

/** The partial tree behind a module; absent: not known. */
export function treeOf(view: XenView, module: ModuleView | undefined): DeviceTree | undefined {
  const base = module?.range?.base
  return view.context.memory?.modules.find((loaded) => loaded.range.base === base)?.tree
}

/** The file that a module's `reg` points at; absent: not known, or not there (which was reported). */
export function fileOf(view: XenView, module: ModuleView | undefined): FileFacts | undefined {
  const base = module?.range?.base
  const file = view.context.memory?.modules.find((loaded) => loaded.range.base === base)?.file
  return file?.format.kind === 'missing' ? undefined : file
}
