/** Registers of a device that dom0 writes, with their addresses on the host. */
import { defined } from '../../diagnostics/defined.ts'
import type { RegisterWrite } from '../../model/passthrough/device.ts'
import type { HostDevice } from '../../passthrough/host-device.ts'
import { hex } from '../../units/format.ts'
import { type HostPhys, offset } from '../../units/quantities.ts'
import type { Range } from '../../units/range.ts'

export interface AddressedWrite extends RegisterWrite {
  readonly address: HostPhys
}

/** From which offsets count; what has no registers at all is never given. */
export const firstRegisters = ({ spans }: HostDevice): Range<HostPhys> =>
  defined(spans.find(({ kind }) => kind === 'register')?.host, 'register of a device that is given')

/** In their order; whether the device has such registers is checked elsewhere (PT-050). */
export function addressedWrites(writes: readonly RegisterWrite[], device: HostDevice): readonly AddressedWrite[] {
  const { base } = firstRegisters(device)
  return writes.map((write) => ({ ...write, address: offset(base, write.offset) }))
}

/** As one word, `ADDRESS=VALUE,ADDRESS=VALUE`. */
export const writesText = (writes: readonly AddressedWrite[]): string =>
  writes.map(({ address, value }) => `${hex(address)}=${hex(value)}`).join(',')

/** For programs: addresses and values in hexadecimal. */
export const writesDocument = (writes: readonly AddressedWrite[]): object =>
  writes.map(({ address, value }) => ({ address: hex(address), value: hex(value) }))
