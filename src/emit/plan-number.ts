/** Numbers of `plan.json`, each with where it comes from. */
import type { Provenance } from '../plan/provenance.ts'
import { hex } from '../units/format.ts'
import type { Address, Bytes } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'

/** Addresses and sizes are hex strings, exact to 64 bits; counts and ids are numbers. */
type JsonNumber = { readonly value: string | number } & Provenance

/** A value of the plan with where it comes from. */
export interface Sourced<T> {
  readonly value: T
  readonly source: Provenance
}

export const text = ({ value, source }: Sourced<string>) => ({ value, ...source })

export const rangeOf = <A extends Address>(range: Range<A>, source: Provenance) => ({
  base: number(range.base, source),
  size: number(range.size, source),
})

export const number = (value: Address | Bytes, source: Provenance): JsonNumber => ({ value: hex(value), ...source })

export const count = (value: number, source: Provenance): JsonNumber => ({ value, ...source })
