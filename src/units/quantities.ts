/**
 * Branded quantities. An address means something only inside one address space, so each space has a type of its own;
 * arithmetic on them is allowed in this folder only, all other code calls these functions.
 */

declare const brand: unique symbol
type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** Address in the machine's physical address space. 0 ≤ a < 2^64. */
export type HostPhys = Brand<bigint, 'HostPhys'>
/** Address in one guest's physical address space (its IPA). Means something only together with its domain. */
export type GuestPhys = Brand<bigint, 'GuestPhys'>
/** Distance from the start of a region of shared memory: the same for every domain that sees it. */
export type RegionOffset = Brand<bigint, 'RegionOffset'>
/** A length in bytes, ≥ 0. */
export type Bytes = Brand<bigint, 'Bytes'>
/** Any address space. */
export type Address = HostPhys | GuestPhys | RegionOffset

export const hostPhys = (value: bigint): HostPhys => value as HostPhys
export const guestPhys = (value: bigint): GuestPhys => value as GuestPhys
export const regionOffset = (value: bigint): RegionOffset => value as RegionOffset
export const bytes = (value: bigint | number): Bytes => BigInt(value) as Bytes

export const KiB: Bytes = bytes(1n << 10n)
export const MiB: Bytes = bytes(1n << 20n)
export const GiB: Bytes = bytes(1n << 30n)

/** Xen's page: 4 KiB on Arm, whatever page size a guest uses (xen/include/asm-arm/page-size). */
export const PAGE: Bytes = bytes(1n << 12n)

/** `count` times `unit`. */
export const times = (count: bigint | number, unit: Bytes): Bytes => bytes(BigInt(count) * unit)

/** The address `distance` bytes after `address`. */
export const offset = <A extends Address>(address: A, distance: Bytes): A => (address + distance) as A

/** Bytes from `from` up to `to`; the caller knows that `from` ≤ `to`. */
export const distance = <A extends Address>(from: A, to: A): Bytes => bytes(to - from)

/** Smallest multiple of `alignment` (a power of two) that is ≥ `value`. */
export const alignUp = <T extends Address | Bytes>(value: T, alignment: Bytes): T =>
  ((value + alignment - 1n) & ~(alignment - 1n)) as T

/** Largest multiple of `alignment` (a power of two) that is ≤ `value`. */
export const alignDown = <T extends Address | Bytes>(value: T, alignment: Bytes): T => (value & ~(alignment - 1n)) as T

export const isAligned = (value: Address | Bytes, alignment: Bytes): boolean => (value & (alignment - 1n)) === 0n

/** How many whole `unit`s fit into `size`; exact where `isAligned(size, unit)`. */
export const wholeUnits = (size: Bytes, unit: Bytes): bigint => size / unit

/** Sum of lengths. */
export const sum = (lengths: Iterable<Bytes>): Bytes => {
  let total = 0n
  for (const length of lengths) total += length
  return bytes(total)
}

/** `length` without `part`; 0 when nothing is left. */
export const minus = (length: Bytes, part: Bytes): Bytes => bytes(length > part ? length - part : 0n)

/** Half of `length`, rounded down. */
export const halfOf = (length: Bytes): Bytes => bytes(length / 2n)
