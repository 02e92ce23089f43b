/** Feature bits that a device has. */
import type { DeviceType, Feature } from '../../devices/device-type.ts'
import { TRANSPORT_FEATURES } from '../../devices/transport-features.ts'
import { closest } from '../../diagnostics/closest.ts'
import { atValue } from '../../diagnostics/diagnostic.ts'
import type { ModelContext } from '../context.ts'

/** Bits that concern queues and that a layout in shared memory can carry. */
const CARRIED: ReadonlySet<string> = new Set([
  'event-idx',
  'version-1',
  'access-platform',
  'ring-packed',
  'in-order',
  'order-platform',
])

/** Why the others cannot be on. */
const reasonAgainst = (name: string): string =>
  name === 'indirect-desc'
    ? 'this layout has no room for descriptor tables outside the queue'
    : 'it is about registers and commands of a transport, and this transport has none'

/**
 * The features called `names`, by bit; VIO-004 for those that do not exist, that nothing here can carry, or that need others. `pointer`: of the
 * list.
 */
export function readFeatures(
  context: ModelContext,
  pointer: string,
  type: DeviceType,
  names: readonly string[],
): readonly Feature[] {
  const known = [...type.features, ...TRANSPORT_FEATURES]
  const found = names.flatMap((name, index) => {
    const feature = known.find((candidate) => candidate.name === name)
    const place = `${pointer}/${index}`
    if (!feature) reportUnknown(context, place, name, type, known)
    else if (TRANSPORT_FEATURES.includes(feature) && !CARRIED.has(name))
      refuse(context, place, `'${name}' cannot be on: ${reasonAgainst(name)}`, 'leave it out')
    else return [{ feature, place }]
    return []
  })
  const own = new Set(found.map(({ feature }) => feature.name))
  for (const { feature, place } of found) reportMissing(context, place, feature, own)
  return [...new Set(found.map(({ feature }) => feature))].sort((a, b) => a.bit - b.bit)
}

function reportMissing(
  context: ModelContext,
  place: string,
  { name, needs = [], needsOneOf }: Feature,
  own: ReadonlySet<string>,
): void {
  const missing = needs.filter((other) => !own.has(other))
  if (missing.length > 0)
    refuse(context, place, `'${name}' needs ${missing.map(quoted).join(' and ')}`, `add ${missing.join(' and ')}`)
  else if (needsOneOf && !needsOneOf.some((other) => own.has(other)))
    refuse(context, place, `'${name}' needs one of ${needsOneOf.map(quoted).join(', ')}`, 'add one of them')
}

const quoted = (name: string): string => `'${name}'`

function reportUnknown(
  context: ModelContext,
  place: string,
  name: string,
  { name: type, features }: DeviceType,
  known: readonly Feature[],
): void {
  const near = closest(
    name,
    known.map((feature) => feature.name),
  )
  const own = features.map((feature) => feature.name).join(', ')
  const help =
    near === undefined
      ? `the features of ${type} are ${own === '' ? 'only the common ones' : own}`
      : `did you mean '${near}'?`
  refuse(context, place, `'${name}' is not a feature of ${type}`, help)
}

const refuse = (context: ModelContext, place: string, message: string, help: string): void =>
  context.report('VIO-004', { at: atValue(place), message, help })
