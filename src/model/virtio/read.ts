/** The section `virtio`. */
import type { DeviceType, Feature } from '../../devices/device-type.ts'
import { deviceType } from '../../devices/registry.ts'
import { atValue, member } from '../../diagnostics/diagnostic.ts'
import { InternalError } from '../../diagnostics/internal-error.ts'
import type {
  Manifest,
  StaticShmVirtio,
  VirtioDevice as Written,
  VirtioBuffers as WrittenBuffers,
} from '../../manifest/manifest.gen.ts'
import { regionOffset } from '../../units/quantities.ts'
import { type ModelContext, orDefault } from '../context.ts'
import { checkName } from '../names.ts'
import { type Declared, isDeclared, participant, someDomain } from '../references.ts'
import { readAddress, readSize } from '../sizes.ts'
import type { Domain } from '../system-model.ts'
import { hasMeaning, readConfig } from './config.ts'
import type { Ends, NamedDevice, Notification, VirtioBuffers, VirtioDevice, VirtioQueue } from './device.ts'
import { readFeatures } from './features.ts'
import { readMmio } from './mmio.ts'
import { queueCounts, readQueues } from './queues.ts'

const PARENT = '/virtio'

/** What the section speaks of by name. */
export interface VirtioNames {
  readonly domains: Declared & { readonly read: readonly Domain[] }
  readonly regions: Declared
  readonly channels: Declared
}

/** Every device in document order, without those that lack an end or their memory. */
export function readVirtio(
  context: ModelContext,
  given: Manifest['virtio'],
  names: VirtioNames,
): readonly VirtioDevice[] {
  return Object.entries(given ?? {}).flatMap(([name, device]) => {
    const read = device && readDevice(context, name, device, names)
    return read ? [read] : []
  })
}

function readDevice(
  context: ModelContext,
  name: string,
  device: Written,
  names: VirtioNames,
): VirtioDevice | undefined {
  const pointer = member(PARENT, name)
  const named = checkName(context, PARENT, name, 'virtio device')
  const type = deviceType(device.type)
  if (!type) throw new InternalError(`there is no device type ${device.type}`)
  const find = device.transport === 'mmio' ? someDomain : participant
  const frontend = find(context, atValue(`${pointer}/frontend`), device.frontend, names.domains)
  const backend = find(context, atValue(`${pointer}/backend`), device.backend, names.domains)
  const ends = frontend === undefined || backend === undefined || !named ? undefined : { frontend, backend }
  const own = { pointer, name, type }
  return device.transport === 'mmio'
    ? readMmio(context, own, device, ends, names.domains.read)
    : readStaticShm(context, own, device, ends, names)
}

function readStaticShm(
  context: ModelContext,
  own: NamedDevice,
  device: StaticShmVirtio,
  ends: Ends | undefined,
  names: VirtioNames,
): VirtioDevice | undefined {
  const { pointer, type } = own
  if (type.unsuitable) {
    const { verdict, reason, help } = type.unsuitable
    const code = verdict === 'refused' ? 'VIO-008' : 'VIO-009'
    context.report(code, {
      at: atValue(`${pointer}/type`),
      message: `${device.type} over static shared memory: ${reason}`,
      help,
    })
  }
  const isPlaced = isDeclared(context, atValue(`${pointer}/memory`), device.memory, names.regions)
  const offset = orDefault(context, pointer, 'offset', device.offset, 'auto')
  const at = offset === 'auto' ? offset : readAddress(context, `${pointer}/offset`, offset)
  const features = readFeatures(context, `${pointer}/features`, type, device.features ?? [])
  const notify = device.notify === undefined ? undefined : { pointer: `${pointer}/notify`, channel: device.notify }
  const queues = readQueues(context, pointer, type, features, device.queues, notify)
  const unknown = new Set(
    queues.flatMap((queue) => queue.notify ?? []).filter((channel) => !isChannel(context, channel, names)),
  )
  const config = readConfig(context, pointer, type, features, {
    ...countsOf(type, features, queues),
    ...device.config,
  })
  const buffers = device.buffers && readBuffers(context, `${pointer}/buffers`, device.buffers)
  if (!ends || !isPlaced || at === undefined) return undefined
  return {
    ...own,
    transport: device.transport,
    layout: device.layout,
    ...ends,
    memory: device.memory,
    offset: at === 'auto' ? at : regionOffset(BigInt(at)),
    queues: queues.map(({ notify: own, ...queue }) => (own && !unknown.has(own) ? { ...queue, notify: own } : queue)),
    ...(buffers ? { buffers } : {}),
    features,
    config,
  }
}

/** Fields that say how many queues there are, where the device has them: the manifest need not repeat it. */
function countsOf(
  type: DeviceType,
  features: readonly Feature[],
  queues: readonly VirtioQueue[],
): Readonly<Record<string, number>> {
  const known = type.config.filter((field) => hasMeaning(field, features)).map(({ name }) => name)
  const counts = queueCounts(type, queues).filter(({ field }) => known.includes(field))
  return Object.fromEntries(counts.map(({ field, count }) => [field, count]))
}

const isChannel = (context: ModelContext, { pointer, channel }: Notification, { channels }: VirtioNames): boolean =>
  isDeclared(context, atValue(pointer), channel, channels)

function readBuffers(
  context: ModelContext,
  pointer: string,
  { count, size }: WrittenBuffers,
): VirtioBuffers | undefined {
  const each = readSize(context, `${pointer}/size`, size)
  if (each !== undefined && each > 0n) return { pointer, count, size: each }
  if (each !== undefined)
    context.report('VIO-013', {
      at: atValue(`${pointer}/size`),
      message: 'a buffer of 0 bytes is useless',
      help: "give a size, or remove 'buffers'",
    })
  return undefined
}
