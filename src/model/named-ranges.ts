/** Maps of ranges of host memory, keyed by name. */
import { member } from '../diagnostics/diagnostic.ts'
import type { AddressRange } from '../manifest/manifest.gen.ts'
import type { ModelContext } from './context.ts'
import { checkName } from './names.ts'
import { readRange } from './sizes.ts'
import type { NamedRange } from './system-model.ts'

type Ranges = Readonly<Record<string, AddressRange | undefined>>

/** The ranges of the map at `parent`, in document order; `what` each is called. */
export function readRanges(context: ModelContext, parent: string, ranges: Ranges, what: string): NamedRange[] {
  return Object.entries(ranges).flatMap(([name, value]) => {
    const pointer = member(parent, name)
    const named = checkName(context, parent, name, what)
    const range = value && readRange(context, pointer, value)
    return named && range ? [{ pointer, name, range }] : []
  })
}
