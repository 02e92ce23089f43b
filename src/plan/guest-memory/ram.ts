/** RAM as a guest sees it. */
import { type Bytes, type GuestPhys, minus } from '../../units/quantities.ts'
import { type Range, range } from '../../units/range.ts'
import { GUEST_RAM } from '../../xen/address-map.ts'

/**
 * The banks that Xen, or xl, makes for a guest with `memory` bytes: each is filled before the next begins. Ascending. What exceeds
 * the last bank is left out; the domain's own limit reports it.
 */
export function guestRam(memory: Bytes): Range<GuestPhys>[] {
  const banks: Range<GuestPhys>[] = []
  let left = memory
  for (const bank of GUEST_RAM) {
    if (left === 0n) break
    const filled = left < bank.size ? range(bank.base, left) : bank
    banks.push(filled)
    left = minus(left, filled.size)
  }
  return banks
}
