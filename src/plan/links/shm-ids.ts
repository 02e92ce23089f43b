/** What guests find a region of shared memory by. */
import { crc32 } from 'node:zlib'
import type { Lock } from '../../facts/lock.ts'
import type { SharedMemory } from '../../model/partition.ts'
import { MAX_SHM_ID } from '../../xen/static-limits.ts'
import { byLock } from '../lock/values.ts'
import type { Planned } from '../provenance.ts'

export const idKey = (region: string): string => `shared-memory/${region}/id`

/**
 * One id for each region, in their order: its name where that is short enough, else the beginning of it with a checksum of the whole. What
 * the lock says stays, as long as it is nobody else's.
 */
export function planShmIds(regions: readonly SharedMemory[], lock: Lock): readonly Planned<string>[] {
  const names = new Set(regions.map(({ name }) => name))
  const taken = new Set<string>()
  return regions.map(({ name, pointer }) => {
    const key = idKey(name)
    const locked = lock.entries.get(key)
    const isKept = locked !== undefined && !taken.has(locked) && (locked === name || !names.has(locked))
    const id: Planned<string> = isKept
      ? { value: locked, ...byLock(key) }
      : name.length <= MAX_SHM_ID
        ? { value: name, by: 'manifest', at: pointer }
        : { value: shortened(name, (text) => taken.has(text) || names.has(text)), by: 'allocated', reason: REASON }
    taken.add(id.value)
    return id
  })
}

const REASON = `the name with a checksum, since ids have at most ${MAX_SHM_ID} characters`

const CHECKSUM = 4

function shortened(name: string, isTaken: (text: string) => boolean): string {
  for (let round = 0; ; round++) {
    const sum = crc32(round === 0 ? name : `${name} ${round}`)
      .toString(16)
      .padStart(8, '0')
    const id = `${name.slice(0, MAX_SHM_ID - CHECKSUM - 1)}-${sum.slice(0, CHECKSUM)}`
    if (!isTaken(id)) return id
  }
}
