/** Configuration structures, written down member by member as the specification does. */
import type { ConfigField, DeviceType, FieldType } from './device-type.ts'

/** A member, or bytes that mean nothing. */
type Member = Omit<ConfigField, 'offset'> | { readonly reserved: number }

interface More extends Pick<ConfigField, 'writer'> {
  readonly feature?: string | readonly string[]
}

/** A member; `more` says on what features it depends (any one will do) and who else writes it. */
export const field = (name: string, type: FieldType, { feature = [], ...more }: More = {}): Member => ({
  name,
  type,
  features: typeof feature === 'string' ? [feature] : feature,
  ...more,
})

export const reserved = (bytes: number): Member => ({ reserved: bytes })

/** Members one after the other, without gaps of their own: the specification's structures have none. */
export function structure(members: readonly Member[]): Pick<DeviceType, 'config' | 'configSize'> {
  const config: ConfigField[] = []
  let offset = 0
  for (const member of members) {
    if (!('reserved' in member)) config.push({ ...member, offset })
    offset += 'reserved' in member ? member.reserved : fixedSize(member.type)
  }
  return { config, configSize: offset }
}

/** No configuration at all. */
export const NO_CONFIG = structure([])

/** Bytes that a field takes in every device; a tag has the length of its text. */
export function fixedSize(type: FieldType): number {
  switch (type.kind) {
    case 'integer':
    case 'text':
      return type.bytes
    case 'mac':
      return 6
    case 'tag':
      return 0
  }
}
