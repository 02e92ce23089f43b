/** Random virtio devices between two guests, as sections of a manifest. */
import fc from 'fast-check'
import type { DeviceType, Feature } from '../../../src/devices/device-type.ts'
import { DEVICE_TYPES } from '../../../src/devices/registry.ts'
import { TRANSPORT_FEATURES } from '../../../src/devices/transport-features.ts'
import type { ManifestParts } from '../checks/systems.ts'

const GUESTS = ['one', 'two'] as const

/** Types that shared memory can carry. */
const TYPES = DEVICE_TYPES.filter(({ unsuitable }) => unsuitable?.verdict !== 'refused')

/** Optional features of the transport that the layout can have. */
const OPTIONAL = TRANSPORT_FEATURES.filter(({ name }) => ['event-idx', 'ring-packed', 'in-order'].includes(name))

interface WrittenDevice {
  readonly name: string
  readonly lines: Readonly<Record<string, unknown>>
}

/** Lines for a device between the two guests, in a region that both see, to which a test adds its own. */
export const RPMSG_LINK = {
  type: 'rpmsg',
  transport: 'static-shm',
  layout: 'static-vrings',
  frontend: 'one',
  backend: 'two',
  memory: 'frames',
}

/** `features` without those that need others which are not there. */
function closed(features: readonly Feature[]): readonly Feature[] {
  const has = (name: string): boolean => features.some((feature) => feature.name === name)
  const kept = features.filter(
    ({ needs = [], needsOneOf }) => needs.every(has) && (needsOneOf === undefined || needsOneOf.some(has)),
  )
  return kept.length === features.length ? kept : closed(kept)
}

function queueNames(type: DeviceType, features: readonly Feature[], repeats: number): readonly string[] {
  return type.queues
    .filter(({ feature }) => feature === undefined || features.some(({ name }) => name === feature))
    .flatMap(({ queues, repeats: repeated }) => {
      if (!repeated) return queues.map(({ name }) => name)
      if (repeats === 1) return queues.map(({ name }) => name)
      return Array.from({ length: repeats }, (_, n) => queues.map(({ name }) => `${name}${repeated.first + n}`)).flat()
    })
}

/** Number of pairs or queues: `repeats`, if the device can tell the driver how many there are, which may need a feature; else one. */
const countable = (type: DeviceType, features: readonly Feature[], repeats: number): number =>
  type.queues.every(({ repeats: group }) => {
    const needed = type.config.find(({ name }) => name === group?.counted?.field)?.features ?? []
    return needed.length === 0 || features.some(({ name }) => needed.includes(name))
  })
    ? repeats
    : 1

/** Size of the smallest useful buffer, if the configuration is empty. */
const least = (type: DeviceType, features: readonly Feature[]): number =>
  type.leastBuffer?.({ has: (name) => features.some((own) => own.name === name), integer: () => undefined }).bytes ?? 1

/** Largest size of a buffer: larger ones would have no room in the regions. */
const LARGEST_BUFFER = 3000

const anyDevice: fc.Arbitrary<Omit<WrittenDevice, 'name'>> = fc
  .tuple(
    fc.constantFrom(...TYPES),
    fc.array(fc.nat(200), { maxLength: 12 }),
    fc.constantFrom('static-vrings', 'static-vrings', 'resource-table'),
    fc.integer({ min: 1, max: 4 }),
    fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 }),
    fc.tuple(
      fc.constantFrom('none', 'one for each descriptor', 'fewer'),
      fc.integer({ min: 1, max: LARGEST_BUFFER }),
      fc.nat(),
    ),
    fc.tuple(fc.boolean(), fc.constantFrom('frames', 'log'), fc.constantFrom('kick', 'wake', undefined)),
  )
  .map(([type, choices, layout, repeats, sizes, [pool, size, choice], [isSwapped, memory, notify]]) => {
    const known = [...type.features, ...OPTIONAL].filter(({ bit }) => layout === 'static-vrings' || bit < 32)
    const features = closed([...new Set(choices.flatMap((choice) => known[choice % Math.max(known.length, 1)] ?? []))])
    const queues = queueNames(type, features, countable(type, features, repeats)).map(
      (name, index) => [name, { size: 2 ** (sizes[index % sizes.length] ?? 0) }] as const,
    )
    const descriptors = queues.reduce((total, [, queue]) => total + queue.size, 0)
    const fewest = queues.length
    const smallest = least(type, features)
    const count = pool === 'fewer' ? fewest + (choice % (descriptors - fewest + 1)) : descriptors
    return {
      lines: {
        type: type.name,
        transport: 'static-shm',
        layout,
        frontend: GUESTS[isSwapped ? 1 : 0],
        backend: GUESTS[isSwapped ? 0 : 1],
        memory,
        ...(notify === undefined ? {} : { notify }),
        features: features.map(({ name }) => name),
        queues: Object.fromEntries(queues),
        ...(pool === 'none' || smallest > LARGEST_BUFFER ? {} : { buffers: { count, size: Math.max(size, smallest) } }),
      },
    }
  })

/** A name of the greatest length, which differs from others only at its end. */
const longName = (index: number): string => `${'device-'.repeat(6).slice(0, 38)}${index + 10}`

/** One to six devices in two regions that are large enough. */
export const anyDevices: fc.Arbitrary<readonly WrittenDevice[]> = fc
  .array(anyDevice, { minLength: 1, maxLength: 6 })
  .map((devices) => devices.map((device, index) => ({ name: longName(index), ...device })))

/** A system of two guests with `devices`. */
export const systemWith = (devices: readonly WrittenDevice[]): ManifestParts => ({
  domains: GUESTS.map(
    (name) =>
      `${name}: { boot: dom0less, kernel: { image: Image }, ramdisk: ramdisk, memory: 64MiB, enhanced: no-xenstore }`,
  ),
  end: [
    'shared-memory:',
    ...['frames', 'log'].map((name) => `  ${name}: { size: 16MiB, access: { one: {}, two: {} } }`),
    'event-channels:',
    ...['kick', 'wake'].map((name) => `  ${name}: { ends: { one: {}, two: {} } }`),
    'virtio:',
    ...devices.map(({ name, lines }) => `  ${name}: ${JSON.stringify(lines)}`),
  ],
})
