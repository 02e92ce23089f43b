/** virtio-mmio devices, as the manifest says them. */
import { atKey, atValue } from '../../diagnostics/diagnostic.ts'
import type { BackendProgram, MmioVirtio } from '../../manifest/manifest.gen.ts'
import { type ModelContext, orDefault } from '../context.ts'
import { readGuestAddress } from '../sizes.ts'
import type { Domain } from '../system-model.ts'
import type { Ends, MmioDevice, MmioProgram, NamedDevice } from './device.ts'

/** The device; `undefined` where it lacks an end, or has an address beyond 64 bits (reported). */
export function readMmio(
  context: ModelContext,
  own: NamedDevice,
  device: MmioVirtio,
  ends: Ends | undefined,
  domains: readonly Domain[],
): MmioDevice | undefined {
  const { pointer, type } = own
  if (type.unsuitable?.verdict === 'refused')
    context.report('VIO-008', {
      at: atValue(`${pointer}/type`),
      message: `${type.name} as virtio-mmio: ${type.unsuitable.reason}`,
      help: type.unsuitable.help,
    })
  const at = orDefault(context, pointer, 'guest-address', device['guest-address'], 'auto')
  const address = at === 'auto' ? at : readGuestAddress(context, `${pointer}/guest-address`, at)
  const interrupt = orDefault(context, pointer, 'interrupt', device.interrupt, 'auto')
  const program =
    device['backend-program'] && readProgram(context, `${pointer}/backend-program`, device['backend-program'])
  if (!ends || address === undefined) return undefined
  return {
    ...own,
    ...ends,
    transport: device.transport,
    grants: orDefault(context, pointer, 'grants', device.grants, !isDom0(domains, ends.backend)),
    'guest-address': address,
    interrupt,
    ...(program ? { 'backend-program': program } : {}),
  }
}

const isDom0 = (domains: readonly Domain[], name: string): boolean =>
  domains.some((domain) => domain.name === name && domain.boot === 'dom0')

/** VIO-031 unless it is one. */
function readProgram(context: ModelContext, pointer: string, given: BackendProgram): MmioProgram | undefined {
  const kinds = KINDS.filter((kind) => given[kind] !== undefined)
  if (kinds.length === 1) return programOf(pointer, given)
  context.report('VIO-031', {
    at: atKey(pointer),
    unless: kinds.length === 0 ? [pointer] : [],
    message: kinds.length === 0 ? 'no program is named' : `${kinds.join(' and ')} cannot both be the device`,
    help: `name one of ${KINDS.join(', ')}`,
  })
  return undefined
}

const KINDS = ['qemu', 'vhost-device', 'command'] as const

function programOf(parent: string, given: BackendProgram): MmioProgram | undefined {
  if (given.qemu) return { pointer: `${parent}/qemu`, kind: 'qemu', options: given.qemu }
  if (given['vhost-device'])
    return { pointer: `${parent}/vhost-device`, kind: 'vhost-device', options: given['vhost-device'] }
  return given.command && { pointer: `${parent}/command`, kind: 'command', words: given.command }
}
