/** Files of modules, if the context knows what is in memory. */
import type { FileFacts } from '../../facts/facts.ts'
import { lookup } from '../../model/lookup.ts'
import type { HostPhys } from '../../units/quantities.ts'
import type { MemoryAtBoot, ModuleInMemory } from './boot-context.ts'
import type { ModuleView } from './view/modules.ts'
import type { XenView } from './view.ts'

const loadedFrom = lookup(({ range }: ModuleInMemory) => [range.base])

/** The file that begins at `base`. */
export const loadedAt = ({ modules }: MemoryAtBoot, base: HostPhys): ModuleInMemory | undefined =>
  loadedFrom(modules, base)[0]

/** The file that begins where a module's `reg` does; `undefined`: not known, or not there. */
export function inMemory(view: XenView, module: ModuleView | undefined): ModuleInMemory | undefined {
  const { memory } = view.context
  return memory && module?.range && loadedAt(memory, module.range.base)
}

/** Facts about that file; `undefined`: not known, not there (which a rule reports), or domforge generates the file. */
export function fileOf(view: XenView, module: ModuleView | undefined): FileFacts | undefined {
  const file = inMemory(view, module)?.file
  return file?.format.kind === 'missing' ? undefined : file
}
