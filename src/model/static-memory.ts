/** Memory in fixed places of the host: RAM of domains, and Xen's heap. */
import type { StaticHeap as WrittenHeap, StaticMemory as WrittenMemory } from '../manifest/manifest.gen.ts'
import { readRanges } from './named-ranges.ts'
import type { StaticHeap, StaticMemory } from './partition.ts'
import type { Reading } from './reading.ts'
import { readSize } from './sizes.ts'

export const readStaticMemory = (reading: Reading, pointer: string, given: WrittenMemory): StaticMemory =>
  given === 'auto' ? given : readRanges(reading, pointer, given, 'range of memory')

export function readStaticHeap(reading: Reading, pointer: string, given: WrittenHeap): StaticHeap | undefined {
  if (typeof given === 'object') return { ranges: readRanges(reading, pointer, given, 'range of memory') }
  const size = readSize(reading, pointer, given)
  return size === undefined ? undefined : { size }
}
