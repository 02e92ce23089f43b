/** Numbers that device trees and configurations of xl both have, in Xen's units. */
import type { ManifestOrigin } from '../diagnostics/diagnostic.ts'
import { type Guest, originOf } from '../model/system-model.ts'
import { bytes, MiB, wholeUnits } from '../units/quantities.ts'
import { type GuestScalar, guestScalars, type ScalarUnit } from '../xen/guest-scalars.ts'

/** A number that is to be written. */
export interface WrittenScalar {
  readonly row: GuestScalar
  readonly value: bigint
  readonly origin: ManifestOrigin
}

/** Numbers of `units` that the manifest gives for `guest`, in the order of the table. */
export const scalarsOf = (guest: Guest, units: readonly ScalarUnit[]): readonly WrittenScalar[] =>
  guestScalars().flatMap(([key, row]) => {
    const given = guest[key]
    if (given === undefined || !units.includes(row.unit)) return []
    return [{ row, value: inUnit(row.unit, BigInt(given)), origin: originOf(guest, key) }]
  })

const inUnit = (unit: ScalarUnit, given: bigint): bigint => (unit === 'MiB' ? wholeUnits(bytes(given), MiB) : given)
