/** `domains.*.passthrough`: devices of the host that a domain is given. */
import { atKey, member } from '../../diagnostics/diagnostic.ts'
import type { Passthroughs, Passthrough as Written, Quiesce as WrittenQuiesce } from '../../manifest/manifest.gen.ts'
import { bytes } from '../../units/quantities.ts'
import { type ModelContext, orDefault } from '../context.ts'
import { readDeviceProperties } from '../extras.ts'
import { checkName } from '../names.ts'
import { readGuestAddress, readRate } from '../sizes.ts'
import { readLine } from '../text.ts'
import type { GuestAddress, Passthrough, RegisterWrite } from './device.ts'

/** In document order. */
export const readPassthroughs = (
  context: ModelContext,
  parent: string,
  devices: Passthroughs,
): readonly Passthrough[] =>
  Object.entries(devices).flatMap(([name, written]) =>
    written && checkName(context, parent, name, 'device') ? [readPassthrough(context, parent, name, written)] : [],
  )

function readPassthrough(context: ModelContext, parent: string, name: string, written: Written): Passthrough {
  const pointer = member(parent, name)
  const reason = written['force-assign-without-iommu']
  const properties = orDefault(context, pointer, 'extra-properties', written['extra-properties'], {})
  return {
    pointer,
    name,
    path: readLine(context, `${pointer}/path`, written.path),
    'guest-address': readPlace(context, `${pointer}/guest-address`, written['guest-address'] ?? 'auto'),
    ...(reason === undefined
      ? {}
      : { 'force-assign-without-iommu': readLine(context, `${pointer}/force-assign-without-iommu`, reason) }),
    clocks: readRates(context, `${pointer}/clocks`, written.clocks ?? {}),
    ...readQuiesce(context, `${pointer}/quiesce`, written.quiesce),
    include: written.include ?? [],
    ...(written.functions ? { functions: written.functions } : {}),
    drop: written.drop ?? [],
    'extra-properties': readDeviceProperties(context, `${pointer}/extra-properties`, properties),
  }
}

/** One of the three: MAN-019 where more are given, MAN-011 where none is. */
function readQuiesce(
  context: ModelContext,
  pointer: string,
  written: WrittenQuiesce | undefined,
): Pick<Passthrough, 'quiesce'> {
  if (!written) return {}
  const { write, hook, reason } = written
  const given = Object.keys({ ...(write && { write }), ...(hook && { hook }), ...(reason && { reason }) })
  if (given.length > 1)
    context.report('MAN-019', {
      at: atKey(pointer),
      message: `'quiesce' has ${given.map((key) => `'${key}'`).join(' and ')}, and takes only one of these`,
      help: 'keep one of them',
    })
  if (write !== undefined) return { quiesce: { by: 'write', writes: readWrites(`${pointer}/write`, write) } }
  if (hook !== undefined) return { quiesce: { by: 'hook', program: hook } }
  if (reason !== undefined) return { quiesce: { by: 'reason', reason: readLine(context, `${pointer}/reason`, reason) } }
  const message = "'quiesce' does not say how the device is quiesced"
  context.report('MAN-011', { at: atKey(pointer), message, help: "give 'write', 'hook' or 'reason'" })
  return {}
}

/** Ascending by offset. The schema lets only 32 bits through. */
const readWrites = (pointer: string, write: NonNullable<WrittenQuiesce['write']>): readonly RegisterWrite[] =>
  Object.entries(write)
    .map(([at, value]) => ({ pointer: member(pointer, at), offset: bytes(cell(at)), value: cell(value) }))
    .toSorted((one, other) => Number(one.offset - other.offset))

const cell = (written: string | number): bigint =>
  BigInt(typeof written === 'string' ? written.replaceAll('_', '') : written)

/** By name or index; MAN-035 for a rate that is 0 or too high for a device tree. */
const readRates = (
  context: ModelContext,
  pointer: string,
  rates: NonNullable<Written['clocks']>,
): ReadonlyMap<string, bigint> =>
  new Map(
    Object.entries(rates).flatMap(([clock, written]) => {
      const rate = readRate(context, member(pointer, clock), written)
      return rate === undefined ? [] : [[clock, rate] as const]
    }),
  )

function readPlace(
  context: ModelContext,
  pointer: string,
  written: NonNullable<Written['guest-address']>,
): GuestAddress {
  if (written === 'auto') return written
  if (typeof written !== 'object') return readGuestAddress(context, pointer, written) ?? 'auto'
  return new Map(
    Object.entries(written).flatMap(([register, address]) => {
      const read = readGuestAddress(context, member(pointer, register), address)
      return read === undefined ? [] : [[register, read] as const]
    }),
  )
}
