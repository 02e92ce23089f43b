/** `domains.*.passthrough`: devices of the host that a domain is given. */
import { atKey, member } from '../../diagnostics/diagnostic.ts'
import type { Passthroughs, Passthrough as Written, Quiesce as WrittenQuiesce } from '../../manifest/manifest.gen.ts'
import { type ModelContext, orDefault } from '../context.ts'
import { readDeviceProperties } from '../extras.ts'
import { checkName } from '../names.ts'
import { readGuestAddress, readRate } from '../sizes.ts'
import { readLine } from '../text.ts'
import type { GuestAddress, Passthrough } from './device.ts'

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

/** One of the two: MAN-019 where both are given, MAN-011 where neither is. */
function readQuiesce(
  context: ModelContext,
  pointer: string,
  written: WrittenQuiesce | undefined,
): Pick<Passthrough, 'quiesce'> {
  if (!written) return {}
  const { hook, reason } = written
  if (hook !== undefined && reason !== undefined)
    context.report('MAN-019', {
      at: atKey(pointer),
      message: "'quiesce' has a hook and a reason why none is needed",
      help: 'remove one of the two',
    })
  if (hook !== undefined) return { quiesce: { by: 'hook', program: hook } }
  if (reason !== undefined) return { quiesce: { by: 'reason', reason: readLine(context, `${pointer}/reason`, reason) } }
  const message = "'quiesce' says nothing of how the device is silenced"
  context.report('MAN-011', { at: atKey(pointer), message, help: "give 'hook' or 'reason'" })
  return {}
}

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
