/** The files behind modules, where the context knows what lies in memory. */
import type { FileFacts } from '../../facts/facts.ts'
import type { ModuleInMemory } from './boot-context.ts'
import type { ModuleView } from './view/modules.ts'
import type { XenView } from './view.ts'

/** What lies where a module's `reg` points; absent: not known. */
export function inMemory(view: XenView, module: ModuleView | undefined): ModuleInMemory | undefined {
  const base = module?.range?.base
  return view.context.memory?.modules.find((loaded) => loaded.range.base === base)
}

/** The file that a module's `reg` points at; absent: not known, not there (which was reported), or made by domforge. */
export function fileOf(view: XenView, module: ModuleView | undefined): FileFacts | undefined {
  const file = inMemory(view, module)?.file
  return file?.format.kind === 'missing' ? undefined : file
}
