/**
 * The command line of QEMU's machine `xenpvh` (9.2 and newer), which attaches to a guest that runs and is its virtio devices. Its ten transports are made from the last to the
 * first, so the bus of the first one has the highest number (hw/xen/xen-pvh-common.c: xen_create_virtio_mmio_devices; hw/core/bus.c: qbus_init_internal).
 */
import { InternalError } from '../diagnostics/internal-error.ts'
import type { MmioDevice } from '../model/virtio/device.ts'
import type { PlannedDom0less, PlannedXl } from '../plan/system-plan.ts'
import type { PlannedMmio } from '../plan/virtio/planned-virtio.ts'
import { hex } from '../units/format.ts'
import { MiB, wholeUnits } from '../units/quantities.ts'
import { FIRST_INTERRUPT, QEMU_TRANSPORTS, VIRTIO_MMIO, WINDOW_SIZE } from '../xen/virtio-mmio.ts'
import type { Word } from './words.ts'

/** Everything but how it says that it serves. `devices`: those of `guest` that QEMU has. */
export function qemuWords(guest: PlannedDom0less | PlannedXl, devices: readonly PlannedMmio[]): readonly Word[] {
  const { domain, ram } = guest
  const [low, high] = ram
  const machine = [
    'xenpvh',
    `virtio-mmio-base=${hex(devices[0]?.qemu?.value.base ?? VIRTIO_MMIO.base)}`,
    `virtio-mmio-size=${hex(WINDOW_SIZE)}`,
    ...(low ? [`ram-low-base=${hex(low.base)}`, `ram-low-size=${hex(low.size)}`] : []),
    ...(high ? [`ram-high-base=${hex(high.base)}`, `ram-high-size=${hex(high.size)}`] : []),
  ]
  return [
    ...plain('qemu-system-aarch64', '-machine', machine.join(',')),
    ['-xen-domid'],
    [{ known: 'id' }],
    ...plain(
      '-xen-attach',
      '-no-user-config',
      '-nodefaults',
      '-display',
      'none',
      '-serial',
      'none',
      '-monitor',
      'none',
    ),
    ...plain('-m', `${wholeUnits(domain.memory, MiB)}M`, '-smp', `1,maxcpus=${domain.vcpus}`),
    ...devices.flatMap((planned) => plain(...deviceWords(planned))),
  ]
}

const plain = (...words: readonly string[]): readonly Word[] => words.map((word) => [word])

/** A comma in a value is written twice (util/keyval.c, util/qemu-option.c). */
const value = (text: string): string => text.replaceAll(',', ',,')

function deviceWords({ device, interrupt }: PlannedMmio): readonly string[] {
  const bus = `bus=virtio-mmio-bus.${QEMU_TRANSPORTS - 1 - (interrupt.value - FIRST_INTERRUPT)}`
  const { before, device: own, on = [] } = PARTS[device.type.name]?.(device.name, optionsOf(device)) ?? unknown(device)
  return [...before, '-device', [...own, bus, ...(device.grants ? ['iommu_platform=on'] : [])].join(','), ...on]
}

type QemuOptions = ReturnType<typeof optionsOf>

function optionsOf({ name, 'backend-program': program }: MmioDevice) {
  if (program?.kind !== 'qemu') throw new InternalError(`${name} is not QEMU's`)
  return program.options
}

const unknown = ({ name, type }: MmioDevice): never => {
  throw new InternalError(`${name}: QEMU has no ${type.name}`)
}

interface Parts {
  /** What the device refers to, as options of their own. */
  readonly before: readonly string[]
  readonly device: readonly string[]
  /** What hangs on it. */
  readonly on?: readonly string[]
}

/** By the type's name: what QEMU takes for it. A rule refuses other types, and options that a type does not take. */
const PARTS: Readonly<Record<string, (name: string, options: QemuOptions) => Parts>> = {
  block: (name, { drive = '', format = 'raw', 'read-only': isReadOnly = false }) => ({
    before: ['-drive', `if=none,id=${name},file=${value(drive)},format=${format}${isReadOnly ? ',read-only=on' : ''}`],
    device: ['virtio-blk-device', `drive=${name}`],
  }),
  net: (name, { tap = '', mac }) => ({
    before: ['-netdev', `tap,id=${name},ifname=${tap},script=no,downscript=no`],
    device: ['virtio-net-device', `netdev=${name}`, ...(mac === undefined ? [] : [`mac=${mac}`])],
  }),
  entropy: (name, { source = '/dev/urandom' }) => ({
    before: ['-object', `rng-random,id=${name},filename=${value(source)}`],
    device: ['virtio-rng-device', `rng=${name}`],
  }),
  console: (name, { socket = '' }) => ({
    before: ['-chardev', `socket,id=${name},path=${value(socket)},server=on,wait=off`],
    device: ['virtio-serial-device', `id=${name}-bus`],
    on: ['-device', `virtconsole,chardev=${name},bus=${name}-bus.0`],
  }),
  '9p': (name, { path = '', tag = '' }) => ({
    before: ['-fsdev', `local,id=${name},path=${value(path)},security_model=mapped-xattr`],
    device: ['virtio-9p-device', `fsdev=${name}`, `mount_tag=${tag}`],
  }),
  vsock: (_, { 'guest-cid': cid = 3 }) => ({ before: [], device: ['vhost-vsock-device', `guest-cid=${cid}`] }),
}

/** Options of `backend-program.qemu` for one type. */
export interface QemuOptionsOfType {
  readonly needs: readonly (keyof QemuOptions)[]
  /** Those that it needs, too. */
  readonly takes: readonly (keyof QemuOptions)[]
}

/** By the type's name; a type that is not there cannot be started in QEMU. */
export const QEMU_OPTIONS: Readonly<Record<string, QemuOptionsOfType>> = {
  block: { needs: ['drive'], takes: ['drive', 'format', 'read-only'] },
  net: { needs: ['tap'], takes: ['tap', 'mac'] },
  entropy: { needs: [], takes: ['source'] },
  console: { needs: ['socket'], takes: ['socket'] },
  '9p': { needs: ['path', 'tag'], takes: ['path', 'tag'] },
  vsock: { needs: ['guest-cid'], takes: ['guest-cid'] },
}
