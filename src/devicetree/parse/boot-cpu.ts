/** Which CPU boots. */
import { valueBytes } from '../write/value-bytes.ts'
import { type LiveNode, livingChild } from './live-tree.ts'

/**
 * As dtc guesses it for the header: `reg` of the first node that the source had in `/cpus`, if that is 32 bits; else,
 * and if that node was deleted, 0.
 */
export function guessBootCpu(root: LiveNode): number {
  const cpu = livingChild(root, 'cpus')?.children[0]
  if (!cpu || cpu.deleted) return 0
  const reg = cpu.properties.find(({ name, deleted }) => name === 'reg' && !deleted)
  const bytes = reg && valueBytes(reg.value.parts.map(({ part }) => part))
  return bytes?.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) : 0
}
