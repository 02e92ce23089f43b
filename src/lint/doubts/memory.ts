/** What cannot be known before Xen has started: how much of the heap Xen itself takes, and where it is torn. */
import { fileOf } from '../../checks/xen/files.ts'
import { gzipIn } from '../../checks/xen/kernel-image.ts'
import { demand, dom0Memory, heap } from '../../checks/xen/rules/domain-memory.ts'
import { hasDom0 } from '../../checks/xen/view/hardware-owner.ts'
import { buddyReserve, cacheIn } from '../../checks/xen/view/llc-coloring.ts'
import { regionsOf } from '../../checks/xen/view/shared-memory.ts'
import type { XenView } from '../../checks/xen/view.ts'
import { formatSize } from '../../units/format.ts'
import { type Bytes, bytes, MiB, sum, times } from '../../units/quantities.ts'
import { subtract } from '../../units/range.ts'
import { about, type PartlyKnown } from './doubt.ts'

/** Heap that Xen has never been seen to need for itself beyond what is counted. */
const XENS_OWN: Bytes = times(16, MiB)

/** Pages of the second stage that map RAM in the smallest pages: one for every 2 MiB, and those above. */
const worstTables = (memory: Bytes): Bytes =>
  times(memory / times(2, MiB) + memory / times(1024, MiB) + 8n, bytes(4096))

/** Regions that Xen takes from its heap, with the size of each. */
const heapRegions = ({ shm }: XenView): readonly { readonly id: string; readonly size: Bytes }[] =>
  [...regionsOf(shm).values()].flatMap(([first]) =>
    first?.place && first.place.host === undefined ? [{ id: `'${first.id ?? ''}'`, size: first.place.size }] : [],
  )

const wholeMiB = (size: Bytes): Bytes => times(size / MiB, MiB)

/** The power of two that an allocation of `size` takes. */
function powerOfTwo(size: bigint): Bytes {
  let power = 4096n
  while (power < size) power <<= 1n
  return bytes(power)
}

export const memoryDoubts: readonly PartlyKnown[] = [
  {
    rule: 'DOM-009',
    doubt(view) {
      const { domains, ram } = view
      if (ram.length === 0 || (domains.length === 0 && !hasDom0(view))) return undefined
      const free = heap(view)
      const regions = heapRegions(view).map(({ size }) => size)
      const taken = sum([hasDom0(view) ? dom0Memory(view) : bytes(0), ...domains.map(demand), ...regions])
      if (free >= taken + XENS_OWN) return undefined
      return {
        what: `whether the heap is enough: domains leave ${formatSize(wholeMiB(bytes(free > taken ? free - taken : 0n)))} for Xen itself`,
        instead: `${formatSize(XENS_OWN)} less for domains`,
      }
    },
  },
  {
    rule: 'DOM-010',
    doubt: ({ domains }) =>
      about(
        domains.flatMap(({ name, memory, p2mMiB }) =>
          memory !== undefined && p2mMiB && times(p2mMiB, MiB) < worstTables(memory) ? [`'${name}'`] : [],
        ),
        (names) => `whether xen,domain-p2m-mem-mb of ${names} is enough: in the smallest pages it is not`,
        'no xen,domain-p2m-mem-mb',
      ),
  },
  {
    rule: 'SHM-029',
    doubt: (view) =>
      cacheIn(view).enabled
        ? about(
            heapRegions(view).map(({ id, size }) => `${id} (${formatSize(size)})`),
            (names) =>
              `whether ${names} fits into what Xen leaves of buddy-alloc-size, ${formatSize(buddyReserve(view))}`,
            'a host address for the region',
          )
        : undefined,
  },
  {
    rule: 'LLC-016',
    doubt: (view) =>
      cacheIn(view).enabled && buddyReserve(view) < times(64, MiB)
        ? {
            what: `whether buddy-alloc-size, ${formatSize(buddyReserve(view))}, is enough for Xen itself`,
            instead: 'no buddy-alloc-size, or at least 64M',
          }
        : undefined,
  },
  {
    rule: 'KRN-014',
    doubt(view) {
      const holes = subtract(
        view.ram.map(({ range }) => range),
        view.claims.map(({ range }) => range),
      )
      const largest = holes.reduce((most, { size }) => (size > most ? size : most), 0n)
      const torn = view.domains.flatMap(({ name, kernel }) => {
        const file = fileOf(view, kernel)
        const gzip = file && gzipIn(file, view.context.release)
        return gzip && view.ram.length > 0 && powerOfTwo(gzip.uncompressedSize) * 2n > largest ? [`'${name}'`] : []
      })
      return about(
        torn,
        (names) => `whether the kernel of ${names} can be unpacked: it takes a power of two of contiguous memory`,
      )
    },
  },
]
