/** Which queues a device has, in the order of their indices. */
import type { DeviceType, Feature, QueueGroup, QueueKind } from '../../devices/device-type.ts'
import { MOST_DESCRIPTORS } from '../../devices/rings.ts'
import { closest } from '../../diagnostics/closest.ts'
import { atKey, atValue, member } from '../../diagnostics/diagnostic.ts'
import type { VirtioQueue as Written } from '../../manifest/manifest.gen.ts'
import { type ModelContext, orDefault } from '../context.ts'
import type { Notification, VirtioQueue } from './device.ts'

/** Descriptors of a queue that the manifest does not speak of. */
const USUAL_SIZE = 64

/** A queue that the type and the features ask for. */
interface Expected {
  readonly name: string
  readonly kind: QueueKind
}

type WrittenQueues = Readonly<Record<string, Written | undefined>>

/**
 * The queues of a `type` with `features`; without `written` each there is, once. VIO-003 for names that are wrong, missing or twice there,
 * VIO-002 for sizes. `pointer`: of the device; `notify`: of queues that name none.
 */
export function readQueues(
  context: ModelContext,
  pointer: string,
  type: DeviceType,
  features: readonly Feature[],
  written: WrittenQueues | undefined,
  notify: Notification | undefined,
): readonly VirtioQueue[] {
  const present = type.queues.filter(
    ({ feature }) => feature === undefined || features.some(({ name }) => name === feature),
  )
  const expected = present.flatMap((group) => queuesOf(group, Object.keys(written ?? {})))
  const place = `${pointer}/queues`
  if (written) {
    reportUnknown(context, place, type, expected, Object.keys(written))
    reportMissing(context, place, type, expected, written)
  } else context.defaulted.add(place)
  const isPacked = features.some(({ name }) => name === 'ring-packed')
  return expected.map(({ name, kind }) => {
    const own = member(place, name)
    const size = orDefault(context, own, 'size', written?.[name]?.size, USUAL_SIZE)
    const given = written?.[name]?.notify
    const channel = given === undefined ? notify : { pointer: `${own}/notify`, channel: given }
    return {
      pointer: own,
      name,
      kind,
      size: isSize(context, own, size, isPacked) ? size : USUAL_SIZE,
      ...(channel === undefined ? {} : { notify: channel }),
    }
  })
}

/** What the configuration says of how many queues there are: the field, and the number that agrees with `queues`. */
export interface QueueCount {
  readonly field: string
  readonly count: number
  /** How many times the group of queues is there. */
  readonly repetitions: number
  /** Names of the group's queues, without numbers. */
  readonly names: readonly string[]
}

/** Of every group that the configuration counts and that `queues` are of. */
export const queueCounts = (type: DeviceType, queues: readonly Pick<VirtioQueue, 'kind'>[]): readonly QueueCount[] =>
  type.queues.flatMap(({ queues: kinds, repeats }): readonly QueueCount[] => {
    if (!repeats?.counted) return []
    const { field, besides } = repeats.counted
    const repetitions = queues.filter(({ kind }) => kind === kinds[0]).length
    if (repetitions === 0) return []
    return [{ field, count: besides + repetitions, repetitions, names: kinds.map(({ name }) => name) }]
  })

/** Of a group that repeats, as many as the highest number that is `written` says; one goes without a number unless it is written with it. */
function queuesOf({ queues, repeats }: QueueGroup, written: readonly string[]): readonly Expected[] {
  if (!repeats) return queues.map((kind) => ({ name: kind.name, kind }))
  const numbers = queues.flatMap(({ name }) =>
    written.flatMap((key) =>
      key.startsWith(name) && /^(?:0|[1-9]\d{0,3})$/.test(key.slice(name.length))
        ? [Number(key.slice(name.length))]
        : [],
    ),
  )
  if (numbers.length === 0) return queues.map((kind) => ({ name: kind.name, kind }))
  const last = Math.min(Math.max(...numbers), repeats.first + MOST_REPEATS - 1)
  return Array.from({ length: Math.max(last - repeats.first + 1, 1) }, (_, index) =>
    queues.map((kind) => ({ name: `${kind.name}${repeats.first + index}`, kind })),
  ).flat()
}

/** As many as the manifest could name. */
const MOST_REPEATS = 256

function reportUnknown(
  context: ModelContext,
  place: string,
  type: DeviceType,
  expected: readonly Expected[],
  written: readonly string[],
): void {
  const names = expected.map(({ name }) => name)
  for (const name of written) {
    if (names.includes(name)) continue
    const at = atKey(member(place, name))
    const absent = type.queues.find(
      ({ queues, feature }) => feature !== undefined && queues.some((kind) => name.replace(/\d+$/, '') === kind.name),
    )
    const twice = names.find((other) => other.replace(/\d+$/, '') === name)
    const near = closest(name, names)
    if (twice !== undefined)
      context.report('VIO-003', { at, message: `'${name}' is used beside '${twice}'`, help: 'number all of them' })
    else if (absent)
      context.report('VIO-003', {
        at,
        message: `'${name}' exists only with the feature '${absent.feature}'`,
        help: `add '${absent.feature}' to 'features'`,
      })
    else
      context.report('VIO-003', {
        at,
        message: `'${name}' is not a queue of ${type.name}`,
        help: near === undefined ? `its queues are ${names.join(', ')}` : `did you mean '${near}'?`,
      })
  }
}

function reportMissing(
  context: ModelContext,
  place: string,
  type: DeviceType,
  expected: readonly Expected[],
  written: WrittenQueues,
): void {
  const missing = expected.map(({ name }) => name).filter((name) => !Object.hasOwn(written, name))
  if (missing.length === 0) return
  const shown = missing.slice(0, 8).join(', ')
  context.report('VIO-003', {
    at: atKey(place),
    message: `${type.name} has ${missing.length === 1 ? 'a queue' : 'queues'} that ${missing.length === 1 ? 'is' : 'are'} missing here: ${shown}${missing.length > 8 ? ', …' : ''}`,
    help: `name all of them, or remove 'queues' to get ${USUAL_SIZE} descriptors each`,
  })
}

function isSize(context: ModelContext, pointer: string, size: number, isPacked: boolean): boolean {
  const isPower = Number.isInteger(Math.log2(size))
  if (size >= 1 && size <= MOST_DESCRIPTORS && (isPacked || isPower)) return true
  const message =
    size < 1 || size > MOST_DESCRIPTORS
      ? `a queue has 1 to ${MOST_DESCRIPTORS} descriptors, not ${size}`
      : `${size} is not a power of two, as a split queue needs`
  const near = 2 ** Math.min(Math.max(Math.round(Math.log2(Math.max(size, 1))), 0), 15)
  context.report('VIO-002', { at: atValue(`${pointer}/size`), message, help: `use ${near}` })
  return false
}
