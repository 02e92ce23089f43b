/** Sizes for a first manifest: what a board has room for, in round numbers that its user will change. */
import type { Board } from '../facts/facts.ts'
import { formatSize } from '../units/format.ts'
import { type Bytes, bytes, MiB, times } from '../units/quantities.ts'
import { subtract, totalSize } from '../units/range.ts'

export interface FirstSizes {
  readonly dom0: Bytes
  readonly guest: Bytes
  /** Largest sizes that the files may have. */
  readonly xen: Bytes
  readonly kernel: Bytes
  readonly ramdisk: Bytes
}

/** Taken where the tree has no RAM. */
const TYPICAL = times(1024, MiB)

/** Sizes with which dom0 and a guest, or two guests, fit beside Xen and the files that are loaded. */
export function firstSizes({ ram, owned }: Pick<Board, 'ram' | 'owned'>): FirstSizes {
  const free = totalSize(
    subtract(
      ram,
      owned.map(({ range }) => range),
    ),
  )
  const room = free === 0n ? TYPICAL : free
  const [kernel, ramdisk] = room < times(256, MiB) ? [8, 4] : room < times(768, MiB) ? [16, 8] : [40, 32]
  return {
    dom0: within(room / 4n, times(32, MiB), times(1024, MiB)),
    guest: within(room / 8n, times(32, MiB), times(256, MiB)),
    xen: times(4, MiB),
    kernel: times(kernel, MiB),
    ramdisk: times(ramdisk, MiB),
  }
}

/** The largest power of two that is at most `wanted`, between `least` and `most`, which are powers of two. */
function within(wanted: bigint, least: Bytes, most: Bytes): Bytes {
  let size: bigint = least
  while (size * 2n <= wanted && size < most) size *= 2n
  return bytes(size)
}

/** A size as a manifest has it: `512MiB`. */
export const inManifest = (size: Bytes): string => formatSize(size).replace(' ', '')
