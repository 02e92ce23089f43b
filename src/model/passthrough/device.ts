/** What the manifest says of a device of the host that it gives to a domain. */
import type { Bytes, GuestPhys } from '../../units/quantities.ts'
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
  /** How its transfers are stopped between two lives of its domain; absent: nothing does. */
  readonly quiesce?: Quiesce
  /** Full paths of the host's nodes. */
  readonly include: readonly string[]
  /** Of a PCI bridge, as bus, device and function. Absent: all that its `iommu-map` has. */
  readonly functions?: readonly string[]
  /** Names of properties, or full paths. */
  readonly drop: readonly string[]
  readonly 'extra-properties': readonly ExtraProperty[]
}

export type Quiesce =
  | { readonly by: 'write'; readonly writes: readonly RegisterWrite[] }
  /** Absolute path in dom0, without spaces or anything that a shell reads. */
  | { readonly by: 'hook'; readonly program: string }
  /** Nothing need be done, for this reason. */
  | { readonly by: 'reason'; readonly reason: string }

/** A value for a 32-bit register. */
export interface RegisterWrite extends Entity {
  /** From where the device's first register range begins. */
  readonly offset: Bytes
  readonly value: bigint
}

/** Of the page of its lowest register; or of the page of each register, by `reg-names` or by index. */
export type GuestAddress = 'auto' | GuestPhys | ReadonlyMap<string, GuestPhys>
