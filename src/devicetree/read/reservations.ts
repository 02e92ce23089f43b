/** The memory reservation block: Devicetree Specification 0.4 §5.3. */
import { MAX_RESERVATIONS, TOO_MANY_HELP, tooMany } from '../limits.ts'
import type { Reservation } from '../model.ts'
import { damaged } from './damage.ts'
import type { Extent } from './header.ts'

/** Bytes of one entry: two 64-bit numbers. */
const ENTRY = 16

/** All entries up to the first of size 0, which is how libfdt and dtc find the end; throws BlobDamage where there is none. */
export function readReservations(view: DataView, block: Extent): readonly Reservation[] {
  const reservations: Reservation[] = []
  for (let offset = block.from; offset + ENTRY <= block.to; offset += ENTRY) {
    const size = view.getBigUint64(offset + 8)
    if (size === 0n) return reservations
    if (reservations.length === MAX_RESERVATIONS)
      damaged(tooMany('memory reservations', MAX_RESERVATIONS), TOO_MANY_HELP)
    reservations.push({ address: view.getBigUint64(offset), size })
  }
  return damaged(`the memory reservation block at 0x${block.from.toString(16)} does not end before the blob does`)
}
