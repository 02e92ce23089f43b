/** Values in `plan.json`, each with where it comes from. */
import type { Provenance } from '../plan/provenance.ts'
import { hex } from '../units/format.ts'
import type { Address, Bytes } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'

/** Addresses and sizes are hex strings, exact to 64 bits; counts and ids are numbers. */
type JsonNumber = { readonly value: string | number } & Provenance

/** A value of the plan, and where it comes from. */
export interface Sourced<T> {
  readonly value: T
  readonly source: Provenance
}

/** A text. */
export const text = ({ value, source }: Sourced<string>) => ({ value, ...source })

/** A range: base and size, as hex strings. */
export const rangeOf = <A extends Address>(range: Range<A>, source: Provenance) => ({
  base: number(range.base, source),
  size: number(range.size, source),
})

/** An address or a size, as a hex string. */
export const number = (value: Address | Bytes, source: Provenance): JsonNumber => ({ value: hex(value), ...source })

/** A count or an id, as a number. */
export const count = (value: number, source: Provenance): JsonNumber => ({ value, ...source })
