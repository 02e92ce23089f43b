/** The ids by which guests find regions of shared memory. */
import type { Lock } from '../../facts/lock.ts'
import type { SharedMemory } from '../../model/partition.ts'
import { crc32 } from '../../units/crc32.ts'
import { MAX_SHM_ID } from '../../xen/static-limits.ts'
import { type Placer, place } from '../lock/placer.ts'
import type { Planned } from '../provenance.ts'

export const idKey = (region: string): string => `shared-memory/${region}/id`

/**
 * One id for each region: its name where that is short enough, else its beginning and a checksum of the whole name. What the lock says
 * stays, as long as no other region has it.
 */
export const planShmIds = (regions: readonly SharedMemory[], lock: Lock): ReadonlyMap<SharedMemory, Planned<string>> =>
  place(regions, new Set<string>(), idPlacer(new Set(regions.map(({ name }) => name))), lock).places

/** `names` of all regions: the name of one must not be the id of another. */
const idPlacer = (names: ReadonlySet<string>): Placer<SharedMemory, string, ReadonlySet<string>> => ({
  key: ({ name }) => idKey(name),
  given: () => undefined,
  kept: [({ name }, text, taken) => (!taken.has(text) && (text === name || !names.has(text)) ? text : undefined)],
  choose: ({ name, pointer }, taken) =>
    name.length <= MAX_SHM_ID
      ? { value: name, by: 'manifest', at: pointer }
      : {
          value: shortened(name, (text) => taken.has(text) || names.has(text)),
          by: 'allocated',
          reason: REASON,
        },
  without: (taken, id) => new Set([...taken, id]),
  text: (id) => id,
})

const REASON = `the name with a checksum, since ids have at most ${MAX_SHM_ID} characters`

const CHECKSUM = 4

function shortened(name: string, isTaken: (text: string) => boolean): string {
  for (let round = 0; ; round++) {
    const sum = crc32(new TextEncoder().encode(round === 0 ? name : `${name} ${round}`))
    const id = `${name.slice(0, MAX_SHM_ID - CHECKSUM - 1)}-${sum.toString(16).padStart(8, '0').slice(0, CHECKSUM)}`
    if (!isTaken(id)) return id
  }
}
