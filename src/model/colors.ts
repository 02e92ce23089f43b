/** Colours of the last-level cache. */
import type { Colors, CacheColoring as WrittenColoring } from '../manifest/manifest.gen.ts'
import type { ModelContext } from './context.ts'
import type { CacheColoring, ColorChoice } from './partition.ts'
import { readPages } from './sizes.ts'

const POINTER = '/xen/cache-coloring'

export const readColors = (given: Colors): ColorChoice =>
  typeof given === 'object' ? { count: given.count } : { text: String(given) }

export function readColoring(context: ModelContext, given: WrittenColoring): CacheColoring {
  const { 'llc-size': size, 'llc-nr-ways': ways, 'buddy-alloc-size': buddy } = given
  const llcSize = size === undefined ? undefined : readPages(context, `${POINTER}/llc-size`, size, 'llc-size')
  const reserve =
    buddy === undefined ? undefined : readPages(context, `${POINTER}/buddy-alloc-size`, buddy, 'buddy-alloc-size')
  return {
    pointer: POINTER,
    ...(llcSize === undefined ? {} : { 'llc-size': llcSize }),
    ...(ways === undefined ? {} : { 'llc-nr-ways': ways }),
    ...(given.xen === undefined ? {} : { xen: readColors(given.xen) }),
    ...(given.dom0 === undefined ? {} : { dom0: readColors(given.dom0) }),
    ...(reserve === undefined ? {} : { 'buddy-alloc-size': reserve }),
  }
}
