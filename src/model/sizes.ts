/** Sizes, addresses and ranges of the manifest as branded quantities. */
import { atValue } from '../diagnostics/diagnostic.ts'
import type { AddressRange } from '../manifest/manifest.gen.ts'
import { formatSize, hex, nearestSizes } from '../units/format.ts'
import {
  alignDown,
  type Bytes,
  bytes,
  type GuestPhys,
  guestPhys,
  type HostPhys,
  hostPhys,
  isAligned,
  PAGE,
} from '../units/quantities.ts'
import { contains, type Range, range } from '../units/range.ts'
import { parseRate } from '../units/rate.ts'
import { isSizeError, parseSize } from '../units/size.ts'
import type { ModelContext } from './context.ts'

const LARGEST = (1n << 64n) - 1n
const ADDRESS_SPACE = range(hostPhys(0n), bytes(LARGEST + 1n))

/** The schema let only whole sizes through; what is left to refuse (MAN-014) is more than 64 bits. */
export function readSize(context: ModelContext, pointer: string, value: number | string): Bytes | undefined {
  const size = typeof value === 'string' && !value.startsWith('0x') ? parseSize(value) : bytes(integerOf(value))
  if (!isSizeError(size) && size <= LARGEST) return size
  const message = `'${context.source.written(pointer) ?? value}' does not fit into 64 bits`
  context.report('MAN-014', { at: atValue(pointer), message, help: 'is the unit right?' })
  return undefined
}

/**
 * A size that Xen counts in pages. MAN-028 for one that is not a whole number of them; the next smaller one is used then, so that the
 * rest can be checked: it would be rounded without any message. `what` is the key, for people.
 */
export function readPages(
  context: ModelContext,
  pointer: string,
  value: number | string,
  what: string,
): Bytes | undefined {
  const size = readSize(context, pointer, value)
  if (size === undefined || isAligned(size, PAGE)) return size
  context.report('MAN-028', {
    at: atValue(pointer),
    message: `${what} is ${formatSize(size)}, and Xen counts it in whole pages of 4 KiB`,
    help: `give ${nearestSizes(size, PAGE)}`,
  })
  return size < PAGE ? PAGE : alignDown(size, PAGE)
}

/** In Hz. The schema let only whole rates through; what is left to refuse (MAN-035) is 0, and what does not fit into 32 bits. */
export function readRate(context: ModelContext, pointer: string, value: number | string): bigint | undefined {
  const rate = typeof value === 'string' ? parseRate(value) : BigInt(value)
  if (rate !== undefined && rate > 0n && rate <= HIGHEST_RATE) return rate
  const written = context.source.written(pointer) ?? value
  context.report('MAN-035', { at: atValue(pointer), ...wrongRate(String(written), rate) })
  return undefined
}

const HIGHEST_RATE = 0xffff_ffffn

const wrongRate = (written: string, rate: bigint | undefined) => ({
  message:
    rate === 0n
      ? `'${written}' is not a frequency: that of a running clock is above 0`
      : `'${written}' does not fit into 32 bits`,
  help: `give a rate from 1 Hz to ${HIGHEST_RATE} Hz, such as 125MHz`,
})

/** MAN-015 for an address beyond 64 bits. */
export function readAddress(context: ModelContext, pointer: string, value: number | string): HostPhys | undefined {
  const address = readInteger(context, pointer, value)
  return address === undefined ? undefined : hostPhys(address)
}

/** The same for an address that a guest sees. */
export function readGuestAddress(
  context: ModelContext,
  pointer: string,
  value: number | string,
): GuestPhys | undefined {
  const address = readInteger(context, pointer, value)
  return address === undefined ? undefined : guestPhys(address)
}

function readInteger(context: ModelContext, pointer: string, value: number | string): bigint | undefined {
  const address = integerOf(value)
  if (address <= LARGEST) return address
  context.report('MAN-015', {
    at: atValue(pointer),
    message: `the address ${hex(address)} has more than 64 bits`,
    help: 'count the digits',
  })
  return undefined
}

const integerOf = (value: number | string): bigint =>
  BigInt(typeof value === 'string' ? value.replaceAll('_', '') : value)

/** MAN-023 for a range that is empty or goes past the end of the address space; then there is none. */
export function readRange(context: ModelContext, pointer: string, value: AddressRange): Range<HostPhys> | undefined {
  const start = readAddress(context, `${pointer}/start`, value.start)
  const size = readSize(context, `${pointer}/size`, value.size)
  if (start === undefined || size === undefined) return undefined
  const at = atValue(`${pointer}/size`)
  if (size === 0n)
    context.report('MAN-023', { at, message: 'the range is empty', help: 'give a size, or remove the range' })
  else if (!contains(ADDRESS_SPACE, range(start, size))) {
    const message = `${formatSize(size)} from ${hex(start)} on goes past the last address, ${hex(LARGEST)}`
    context.report('MAN-023', { at, message, help: 'give a smaller size' })
  } else return range(start, size)
  return undefined
}
