/** `extra-properties` and `extra-xl`: what the user adds in the words of Xen or xl, handed on unchanged. */
import { atKey, atValue, member } from '../diagnostics/diagnostic.ts'
import type { ExtraProperties, ExtraXl as ManifestExtraXl } from '../manifest/manifest.gen.ts'
import { featureAdding, isAdded } from '../xen/fork-features.ts'
import { scalarsBy } from '../xen/guest-scalars.ts'
import { PASSTHROUGH_PROPERTIES } from '../xen/partial-tree.ts'
import type { ModelContext } from './context.ts'
import type { ExtraProperty, ExtraXl } from './system-model.ts'

/** Whether domforge writes a property itself; then that was reported. */
type IsOurs = (context: ModelContext, pointer: string, name: string) => boolean

/** Those of a domain's node below `/chosen`. */
export const readExtraProperties = (context: ModelContext, parent: string, given: ExtraProperties): ExtraProperty[] =>
  readProperties(context, parent, given, isOurs)

/** Those of a device's node in the tree of a guest. */
export const readDeviceProperties = (context: ModelContext, parent: string, given: ExtraProperties): ExtraProperty[] =>
  readProperties(context, parent, given, isOfDevice)

function readProperties(
  context: ModelContext,
  parent: string,
  given: ExtraProperties,
  isOurs: IsOurs,
): ExtraProperty[] {
  return Object.entries(given).flatMap(([name, written]) => {
    const pointer = member(parent, name)
    checkDigits(context, pointer, written)
    const value = written === undefined ? undefined : propertyValue(written)
    if (value === undefined)
      context.report('MAN-012', {
        at: atValue(pointer),
        message: `'${name}' is not true, a string, an integer, a list of strings or integers, or bytes`,
        help: 'for a property without a value write true; if it should not be there, remove the key',
      })
    if (value === undefined || isOurs(context, pointer, name) || !isPlain(context, pointer, value)) return []
    return [{ pointer, name, value }]
  })
}

/** Keys of the manifest for the properties that domforge writes itself. */
const KEY_OF: Readonly<Record<string, string>> = {
  memory: 'memory',
  cpus: 'vcpus',
  vpl011: 'console',
  'xen,enhanced': 'enhanced',
  capabilities: 'capabilities',
  sve: 'sve',
  'xen,static-mem': 'static-mem',
  'direct-map': 'direct-map',
  'domain-cpupool': 'cpupool',
  'llc-colors': 'llc-colors',
  ...scalarsBy(
    ({ property }) => property,
    (_, key) => key,
  ),
}

/** Fixed by what domforge writes below and around the domain's node. */
const FIXED = ['compatible', '#address-cells', '#size-cells']

/** Whether domforge writes the property itself (reported): it would be there twice, or contradict a key of the manifest. What a fork reads in it replaces ours. */
function isOurs(context: ModelContext, pointer: string, name: string): boolean {
  const key = Object.hasOwn(KEY_OF, name) ? KEY_OF[name] : undefined
  if (key === undefined && !FIXED.includes(name)) return false
  if (isAdded(context.features, 'properties', name)) return false
  const feature = featureAdding('properties', name)
  const orFork = feature === undefined ? '' : `; if your Xen reads another value, add '${feature}' to 'xen.features'`
  context.report('REF-006', {
    at: atKey(pointer),
    message: `domforge writes '${name}' itself`,
    help: `${key === undefined ? 'remove it' : `remove it, and set '${key}' of the domain`}${orFork}`,
  })
  return true
}

/** What a device is told of its registers and interrupts is the plan's. */
const OF_DEVICE: ReadonlySet<string> = new Set([
  ...['reg', 'ranges', 'interrupts', 'interrupts-extended', 'interrupt-parent', 'interrupt-map', 'phandle'],
  ...PASSTHROUGH_PROPERTIES,
])

function isOfDevice(context: ModelContext, pointer: string, name: string): boolean {
  if (!OF_DEVICE.has(name)) return false
  context.report('REF-006', {
    at: atKey(pointer),
    message: `domforge writes '${name}' itself`,
    help: 'remove it; guest-address decides where the domain sees registers',
  })
  return true
}

/** `undefined`: false, or a list of both texts and integers. */
function propertyValue(value: NonNullable<ExtraProperties[string]>): ExtraProperty['value'] | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? true : undefined
  if (typeof value === 'object' && 'bytes' in value) return bytesOf(value.bytes)
  const items: readonly (string | number)[] = typeof value === 'object' ? value : [value]
  const texts = items.filter((item) => typeof item === 'string')
  if (texts.length === items.length) return texts
  return texts.length === 0 ? items.map(BigInt) : undefined
}

/** Of pairs of hexadecimal digits, whatever stands between them. */
const bytesOf = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16))

/** `ours`: keys that domforge writes for what the manifest says at `theirs`; REF-034 for one of them. */
export function readExtraXl(
  context: ModelContext,
  parent: string,
  given: ManifestExtraXl,
  ours: readonly string[],
  theirs: string,
): ExtraXl[] {
  return Object.entries(given).flatMap(([name, written]) => {
    const pointer = member(parent, name)
    const value = typeof written === 'number' ? BigInt(written) : Array.isArray(written) ? written.map(String) : written
    if (ours.includes(name)) reportOurs(context, pointer, name, theirs)
    checkDigits(context, pointer, value)
    return value === undefined || ours.includes(name) || !isPlain(context, pointer, value)
      ? []
      : [{ pointer, name, value }]
  })
}

const reportOurs = (context: ModelContext, pointer: string, name: string, theirs: string): void =>
  context.report('REF-034', {
    at: atKey(pointer),
    message: `'${name}' would replace what domforge writes for the devices of 'passthrough'`,
    help: "remove it, and give these devices in 'passthrough'",
    related: [{ at: atKey(theirs), message: 'the devices are given here' }],
  })

/** Digits with `_` between them, as addresses of the manifest may be written: a text for YAML (MAN-036). */
function checkDigits(context: ModelContext, pointer: string, value: unknown): void {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  const written = texts.find(
    (text) => typeof text === 'string' && /^(?:0x[0-9a-f]+|[0-9]+)(?:_[0-9a-f]+)+$/i.test(text),
  )
  if (written === undefined) return
  context.report('MAN-036', {
    at: atValue(pointer),
    message: `'${written}' is a string, as is every number with _`,
    help: `write ${String(written).replaceAll('_', '')} if the number is meant`,
  })
}

/** A NUL ends a text both in a device tree and in xl, and half a surrogate pair is no character: MAN-025. */
function isPlain(context: ModelContext, pointer: string, value: unknown): boolean {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (!texts.some((text) => typeof text === 'string' && /[\0\p{Cs}]/u.test(text))) return true
  context.report('MAN-025', {
    at: atValue(pointer),
    message: 'this string has a NUL or half a surrogate pair',
    help: 'remove it',
  })
  return false
}
