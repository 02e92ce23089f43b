/** What the manifest says of a device of the host that it gives to a domain. */
import type { GuestPhys } from '../../units/quantities.ts'
import type { Entity } from '../entity.ts'
import type { ExtraProperty } from '../extra.ts'

/** A device of the host, as the manifest gives it to a domain. */
export interface Passthrough extends Entity {
  readonly name: string
  /** As written: a full path, an alias, or a label. */
  readonly path: string
  readonly 'guest-address': GuestAddress
  /** Why it may reach all memory of the machine; absent: it may not. */
  readonly 'force-assign-without-iommu'?: string
  /** In Hz, by `clock-names` or by index. */
  readonly clocks: ReadonlyMap<string, bigint>
  /** Full paths of the host's nodes. */
  readonly include: readonly string[]
  /** Of a PCI bridge, as bus, device and function. Absent: all that its `iommu-map` has. */
  readonly functions?: readonly string[]
  /** Names of properties, or full paths. */
  readonly drop: readonly string[]
  readonly 'extra-properties': readonly ExtraProperty[]
}

/** Of the page of its lowest register; or of the page of each register, by `reg-names` or by index. */
export type GuestAddress = 'auto' | GuestPhys | ReadonlyMap<string, GuestPhys>
