/** The programs in dom0 that are virtio-mmio devices: one QEMU for each guest that has some of its devices, and one of each other kind for each device. */
import { defined } from '../diagnostics/defined.ts'
import type { MmioProgram } from '../model/virtio/device.ts'
import { bootId, plannedGuest } from '../plan/by-domain.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { mmioOf, type PlannedMmio } from '../plan/virtio/planned-virtio.ts'
import { commandWords } from './command.ts'
import { QEMU_OPTIONS, qemuWords } from './qemu.ts'
import { VHOST_DAEMONS, type VhostSeed, vhostSeed, vhostWords } from './vhost-device.ts'
import type { Word } from './words.ts'

export interface BackendProgram {
  /** Unique: of the files that start it. */
  readonly name: string
  /** Domain in which it runs. */
  readonly backend: string
  /** Domain whose devices it is. */
  readonly frontend: string
  /** Xen's number of that domain at boot; absent: xl creates it. */
  readonly bootId?: number
  readonly devices: readonly PlannedMmio[]
  readonly words: readonly Word[]
  /** Files and block devices that it writes: no other program may. */
  readonly files: readonly string[]
  /** `daemon`: the command returns when the program serves; `file`: it makes the file `ready`; `start`: nothing says it. */
  readonly readyBy: 'daemon' | 'file' | 'start'
  /** What xen-vhost-frontend is told; absent: the program itself is the registers. */
  readonly vhost?: VhostSeed
}

/** Of those devices that say their program, in document order of the first device of each. */
export function backendPrograms(plan: SystemPlan): readonly BackendProgram[] {
  const devices = mmioOf(plan.virtio)
  const guests = new Set<string>()
  return devices.flatMap((planned): readonly BackendProgram[] => {
    const { device } = planned
    const program = device['backend-program']
    if (program?.kind === 'command') return [commandOf(plan, planned, program.words)]
    if (program?.kind === 'vhost-device') return isByVhost(planned) ? [vhostOf(plan, planned)] : []
    if (!isByQemu(planned) || guests.has(device.frontend)) return []
    guests.add(device.frontend)
    const own = devices.filter((other) => isByQemu(other) && other.device.frontend === device.frontend)
    return [qemuOf(plan, planned, own)]
  })
}

/** Without those that no daemon is: a rule refuses them. */
export const isByVhost = ({ device }: PlannedMmio): boolean =>
  device['backend-program']?.kind === 'vhost-device' && VHOST_DAEMONS[device.type.name] !== undefined

const vhostOf = (plan: SystemPlan, planned: PlannedMmio): BackendProgram => ({
  name: planned.device.name,
  ...endsOf(plan, planned),
  devices: [planned],
  words: vhostWords(planned.device),
  files: [],
  readyBy: 'file',
  vhost: vhostSeed(planned),
})

/** Without those that QEMU cannot be: a rule refuses them. */
const isByQemu = ({ device }: PlannedMmio): boolean =>
  device['backend-program']?.kind === 'qemu' && QEMU_OPTIONS[device.type.name] !== undefined

function commandOf(plan: SystemPlan, planned: PlannedMmio, words: readonly string[]): BackendProgram {
  const { device } = planned
  const made = commandWords(words, planned, vcpusOf(plan, device.frontend))
  const saysReady = made.some((word) => word.some((piece) => typeof piece === 'object' && piece.known === 'ready'))
  return {
    name: device.name,
    ...endsOf(plan, planned),
    devices: [planned],
    words: made,
    files: [],
    readyBy: saysReady ? 'file' : 'start',
  }
}

function qemuOf(plan: SystemPlan, first: PlannedMmio, devices: readonly PlannedMmio[]): BackendProgram {
  const guest = defined(plannedGuest(plan, first.device.frontend), `guest ${first.device.frontend}`)
  return {
    name: `${first.device.frontend}-qemu`,
    ...endsOf(plan, first),
    devices,
    words: qemuWords(guest, devices),
    files: devices.flatMap(({ device }) => drivesOf(device['backend-program'])),
    readyBy: 'daemon',
  }
}

function endsOf(plan: SystemPlan, { device }: PlannedMmio): Pick<BackendProgram, 'backend' | 'frontend' | 'bootId'> {
  const { backend, frontend } = device
  const id = bootId(plan, frontend)
  return { backend, frontend, ...(id === undefined ? {} : { bootId: id }) }
}

const vcpusOf = (plan: SystemPlan, name: string): number =>
  defined(plannedGuest(plan, name), `guest ${name}`).domain.vcpus

const drivesOf = (program: MmioProgram | undefined): readonly string[] =>
  program?.kind === 'qemu' && program.options.drive !== undefined && program.options['read-only'] !== true
    ? [program.options.drive]
    : []
