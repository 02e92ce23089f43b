/** The files behind modules, where the context knows what lies in memory. */
import type { FileFacts } from '../../facts/facts.ts'
import { lookup } from '../../model/lookup.ts'
import type { ModuleInMemory } from './boot-context.ts'
import type { ModuleView } from './view/modules.ts'
import type { XenView } from './view.ts'

const loadedFrom = lookup(({ range }: ModuleInMemory) => [range.base])

/** What lies where a module's `reg` points; absent: not known. */
export function inMemory(view: XenView, module: ModuleView | undefined): ModuleInMemory | undefined {
  const base = module?.range?.base
  const { memory } = view.context
  return memory && base !== undefined ? loadedFrom(memory.modules, base)[0] : undefined
}

/** The file that a module's `reg` points at; absent: not known, not there (which was reported), or made by domforge. */
export function fileOf(view: XenView, module: ModuleView | undefined): FileFacts | undefined {
  const file = inMemory(view, module)?.file
  return file?.format.kind === 'missing' ? undefined : file
}
