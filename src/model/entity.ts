/** What the parts of the model are made of. */
import type { HostPhys } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'

/** Something that has a place in the manifest. */
export interface Entity {
  /** JSON pointer of the entity itself. */
  readonly pointer: string
}

/** Host memory that the manifest names. */
export interface NamedRange extends Entity {
  readonly name: string
  readonly range: Range<HostPhys>
}
