/** The files of modules, where the context knows what is in memory. */
import type { FileFacts } from '../../facts/facts.ts'
import { lookup } from '../../model/lookup.ts'
import type { HostPhys } from '../../units/quantities.ts'
import type { MemoryAtBoot, ModuleInMemory } from './boot-context.ts'
import type { ModuleView } from './view/modules.ts'
import type { XenView } from './view.ts'

const loadedFrom = lookup(({ range }: ModuleInMemory) => [range.base])

/** What lies in memory from `base` on. */
export const loadedAt = ({ modules }: MemoryAtBoot, base: HostPhys): ModuleInMemory | undefined =>
  loadedFrom(modules, base)[0]

/** What lies where a module's `reg` points; absent: not known. */
export function inMemory(view: XenView, module: ModuleView | undefined): ModuleInMemory | undefined {
  const { memory } = view.context
  return memory && module?.range && loadedAt(memory, module.range.base)
}

/** The file that a module's `reg` points at; absent: not known, not there (which was reported), or made by domforge. */
export function fileOf(view: XenView, module: ModuleView | undefined): FileFacts | undefined {
  const file = inMemory(view, module)?.file
  return file?.format.kind === 'missing' ? undefined : file
}
