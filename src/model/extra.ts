/** What the user adds in the words of Xen, of xl, or of a device's driver. */
import type { Entity } from './entity.ts'

export interface ExtraProperty extends Entity {
  readonly name: string
  /** `true`: a property without value. Integers: one 32-bit cell each. Bytes stand as they are. */
  readonly value: true | string | readonly string[] | readonly bigint[] | Uint8Array
}

export interface ExtraXl extends Entity {
  readonly name: string
  readonly value: string | bigint | readonly string[]
}
