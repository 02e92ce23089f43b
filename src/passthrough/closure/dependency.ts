/** One kind of dependency at a time: what becomes of the properties of a node that are about it. */
import type { DtNode, DtProperty } from '../../devicetree/model.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import type { Choice, Obstacle, Wishes } from '../closure.ts'
import type { HostDevice } from '../host-device.ts'

/** What a dependency may look at. */
export interface Circumstances {
  readonly index: TreeIndex
  readonly device: HostDevice
  readonly wishes: Wishes
  /** Every node of the host that the guest gets: the device, what is kept below it, what is included. References between them stay. */
  readonly kept: ReadonlySet<Place>
  /** Specifiers at the host's GIC, cells joined by commas, that the device and what comes with it are given. */
  readonly routed: ReadonlySet<string>
}

/** What becomes of one node; nothing is said of properties that are not about the dependency. */
export interface Outcome {
  /** In place of those of the same name, else added. */
  readonly set: readonly DtProperty[]
  /** Names of properties that go. */
  readonly remove: readonly string[]
  readonly beside: readonly DtNode[]
  readonly choices: readonly Choice[]
  readonly obstacles: readonly Obstacle[]
}

/** `node` is that of `place` without what the manifest drops. */
export type Dependency = (node: DtNode, place: Place, circumstances: Circumstances) => Partial<Outcome>
