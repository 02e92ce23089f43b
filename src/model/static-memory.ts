/** Memory in fixed places of the host: RAM of domains, and Xen's heap. */
import type { StaticHeap as WrittenHeap, StaticMemory as WrittenMemory } from '../manifest/manifest.gen.ts'
import type { ModelContext } from './context.ts'
import { readRanges } from './named-ranges.ts'
import type { StaticHeap, StaticMemory } from './partition.ts'
import { readPages } from './sizes.ts'

export const readStaticMemory = (context: ModelContext, pointer: string, given: WrittenMemory): StaticMemory =>
  given === 'auto' ? given : readRanges(context, pointer, given, 'range of memory')

export function readStaticHeap(context: ModelContext, pointer: string, given: WrittenHeap): StaticHeap | undefined {
  if (typeof given === 'object') return { ranges: readRanges(context, pointer, given, 'range of memory') }
  const size = readPages(context, pointer, given, 'static-heap')
  return size === undefined ? undefined : { size }
}
