/**
 * Daemons of rust-vmm's vhost-device behind xen-vhost-frontend, which is the virtio-mmio device: it asks a daemon over a socket, and finds the guest's devices in xenstore.
 * Facts from rust-vmm/vhost-device d7ec5e4a800b (vhost-device-i2c/src/main.rs: I2cArgs, DeviceConfig; vhost-device-gpio/src/backend.rs: GpioArgs, DeviceConfig),
 * vireshk/xen-vhost-frontend 66ee282dcef4 (src/supported_devices.rs, src/device.rs, src/xs.rs) and vireshk/vhost 6772b0a4f3cd (crates/vhost-user-frontend/src/lib.rs: queue_num_and_size).
 */
import { InternalError } from '../diagnostics/internal-error.ts'
import type { MmioDevice } from '../model/virtio/device.ts'
import type { PlannedMmio } from '../plan/virtio/planned-virtio.ts'
import type { Word } from './words.ts'

/** What serves one type of device. */
export interface VhostDaemon {
  readonly program: string
  /** By which xen-vhost-frontend knows the type: it connects to `<name>.sock<N>`. */
  readonly name: string
  /** The type in xenstore as xen-vhost-frontend compares it: `virtio,device` with a number in decimal, where it has libxl's hexadecimal digits. */
  readonly compatible: string
}

/**
 * By the type's name. vhost-device has daemons for more types; xen-vhost-frontend knows `fs` besides these, which vhost-device does not serve, and gives up every other
 * (XenDevNotSupported).
 */
export const VHOST_DAEMONS: Readonly<Record<string, VhostDaemon>> = {
  i2c: { program: 'vhost-device-i2c', name: 'i2c', compatible: 'virtio,device22' },
  gpio: { program: 'vhost-device-gpio', name: 'gpio', compatible: 'virtio,device29' },
}

/** Where xen-vhost-frontend believes the memory of a guest that grants nothing: in one piece from here (src/mmio.rs: GUEST_RAM0_BASE, map_foreign_region). */
export const FOREIGN_RAM_BASE = 0x4000_0000n

/** What of xenstore a device's keys say besides its numbers. */
export interface VhostSeed {
  /** Below `backend/virtio/<domain>/`: unique in the guest, as its interrupts are. */
  readonly id: number
  readonly daemon: VhostDaemon
}

export function vhostSeed({ device, interrupt }: PlannedMmio): VhostSeed {
  const daemon = VHOST_DAEMONS[device.type.name]
  if (!daemon) throw new InternalError(`${device.name}: no daemon is ${device.type.name}`)
  return { id: interrupt.value, daemon }
}

/** With the socket that its script names: the daemon adds the number of the guest, 0. A value is a word with its option, whatever it begins with. */
export function vhostWords(device: MmioDevice): readonly Word[] {
  const program = device['backend-program']
  const daemon = VHOST_DAEMONS[device.type.name]
  if (program?.kind !== 'vhost-device' || !daemon) throw new InternalError(`${device.name} is no daemon's`)
  return [
    [daemon.program],
    ['--socket-path=', { known: 'socket' }],
    ['--socket-count=1'],
    [`--device-list=${program.options['device-list'] ?? ''}`],
  ]
}

/** What is wrong with `device-list` for the daemon of a type: nothing it would take is. */
export const listFault = (type: string, list: string): string | undefined =>
  type === 'i2c' ? i2cFault(list) : gpioFault(list)

/** 7-bit addresses. */
const LAST_I2C_ADDRESS = 0x7f

const NUMBER = /^\d+$/

/** Adapters, by number or name, with the addresses of their clients: no adapter and no address twice, over all adapters. */
function i2cFault(list: string): string | undefined {
  const adapters = list.split(',').map((adapter) => adapter.split(':'))
  const names = adapters.map(([name = '']) => (NUMBER.test(name) ? String(BigInt(name)) : name.trim()))
  const addresses = adapters.flatMap(([, ...own]) => own)
  const odd = addresses.find((address) => !NUMBER.test(address))
  if (names.includes('')) return 'names an adapter without a name or number'
  if (odd !== undefined) return `has '${odd}' where a decimal address is expected`
  const numbers = addresses.map(Number)
  const high = numbers.find((address) => address > LAST_I2C_ADDRESS)
  if (high !== undefined) return `has the address ${high}, and ${LAST_I2C_ADDRESS} is the last of I2C`
  const twice = repeated(numbers)
  if (twice !== undefined) return `has the address ${twice} twice`
  const adapter = repeated(names)
  return adapter === undefined ? undefined : `has the adapter ${adapter} twice`
}

/** One chip for each guest of the daemon, and it has one guest. */
function gpioFault(list: string): string | undefined {
  const chips = list.split(':')
  const odd = chips.find((chip) => !NUMBER.test(chip))
  if (odd !== undefined) return `has '${odd}' where the number of a chip is expected`
  return chips.length === 1 ? undefined : `names ${chips.length} chips, and the daemon gives a guest one`
}

const repeated = <T>(values: readonly T[]): T | undefined => values.find((value, at) => values.indexOf(value) !== at)
