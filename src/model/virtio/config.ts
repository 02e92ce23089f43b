/** The configuration structure of a device as bytes. */
import type { ConfigField, DeviceType, Feature } from '../../devices/device-type.ts'
import { closest } from '../../diagnostics/closest.ts'
import { atKey, atValue, type ManifestOrigin, member } from '../../diagnostics/diagnostic.ts'
import type { ModelContext } from '../context.ts'
import type { ConfigValue, DeviceConfig } from './device.ts'

type Written = Readonly<Record<string, number | string | undefined>>

/** Longest text after a length in two bytes that makes sense. */
const LONGEST_TAG = 255

/**
 * The structure with what is `written` in it and zeros elsewhere; VIO-005 for a field that does not exist, means nothing without a feature, or
 * cannot hold its value.
 */
export function readConfig(
  context: ModelContext,
  pointer: string,
  type: DeviceType,
  features: readonly Feature[],
  written: Written = {},
): DeviceConfig {
  const place = `${pointer}/config`
  reportUnknown(context, place, type, Object.keys(written))
  const encoded = type.config.flatMap((field) => {
    const value = written[field.name]
    const at = member(place, field.name)
    if (value === undefined) return []
    if (!hasMeaning(field, features)) {
      const message = `'${field.name}' has no effect without the feature ${field.features.map(quoted).join(' or ')}`
      refuse(context, atKey(at), message, `add '${field.features[0]}' to 'features'`)
      return []
    }
    const bytes = encode(field, value)
    if (typeof bytes !== 'string')
      return [{ field, bytes, value: { pointer: at, field: field.name, value: exact(field, value) } }]
    refuse(context, atValue(at), `${JSON.stringify(value)} ${bytes}`, 'choose a value that fits the field')
    return []
  })
  const length = Math.max(type.configSize, ...encoded.map(({ field, bytes }) => field.offset + bytes.length))
  const bytes = new Uint8Array(length)
  for (const { field, bytes: own } of encoded) bytes.set(own, field.offset)
  return { bytes, values: encoded.map(({ value }): ConfigValue => value) }
}

/** Whether a device with `features` has the field. */
export const hasMeaning = ({ features: needed }: ConfigField, features: readonly Feature[]): boolean =>
  needed.length === 0 || features.some(({ name }) => needed.includes(name))

const quoted = (name: string): string => `'${name}'`

/** Bytes of a field, or what is wrong with `value`. */
function encode({ type }: ConfigField, value: number | string): Uint8Array | string {
  switch (type.kind) {
    case 'integer':
      return encodeInteger(value, type.bytes)
    case 'mac':
      return encodeMac(value)
    case 'text':
      return encodeText(value, type.bytes, (text) => {
        const bytes = new Uint8Array(type.bytes)
        bytes.set(text)
        return bytes
      })
    case 'tag':
      return encodeText(value, LONGEST_TAG, (text) => Uint8Array.of(text.length & 0xff, text.length >> 8, ...text))
  }
}

const exact = ({ type }: ConfigField, value: number | string): bigint | string =>
  type.kind === 'integer' ? (integerOf(value) ?? 0n) : String(value)

/** As the manifest writes integers: a number, or digits with `_`. */
function integerOf(value: number | string): bigint | undefined {
  const text = String(value).replaceAll('_', '')
  return /^(?:0x[0-9a-fA-F]{1,16}|[0-9]{1,20})$/.test(text) ? BigInt(text) : undefined
}

function encodeInteger(value: number | string, length: number): Uint8Array | string {
  const number = integerOf(value)
  if (number === undefined) return 'is not a number'
  if (number >> BigInt(8 * length)) return `does not fit into ${8 * length} bits`
  return Uint8Array.from({ length }, (_, index) => Number((number >> BigInt(8 * index)) & 0xffn))
}

function encodeMac(value: number | string): Uint8Array | string {
  const parts = /^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/.test(String(value)) ? String(value).split(':') : undefined
  if (!parts) return 'is not a MAC address such as 02:00:00:00:00:01'
  const bytes = Uint8Array.from(parts, (part) => Number.parseInt(part, 16))
  return (bytes[0] ?? 0) & 1 ? 'is a multicast address' : bytes
}

function encodeText(
  value: number | string,
  most: number,
  encodeIt: (text: Uint8Array) => Uint8Array,
): Uint8Array | string {
  const text = String(value)
  if (!/^[\x20-\x7e]+$/.test(text)) return 'is not printable ASCII'
  return text.length > most
    ? `has ${text.length} characters, and the field holds ${most}`
    : encodeIt(Buffer.from(text, 'latin1'))
}

function reportUnknown(context: ModelContext, place: string, type: DeviceType, names: readonly string[]): void {
  const known = type.config.map(({ name }) => name)
  for (const name of names) {
    if (known.includes(name)) continue
    const near = closest(name, known)
    const all =
      known.length === 0 ? `${type.name} has no configuration` : `the fields of ${type.name} are ${known.join(', ')}`
    const help = near === undefined ? all : `did you mean '${near}'?`
    refuse(context, atKey(member(place, name)), `'${name}' is not a field of ${type.name}`, help)
  }
}

const refuse = (context: ModelContext, at: ManifestOrigin, message: string, help: string): void =>
  context.report('VIO-005', { at, message, help })
