/** What comes with a device that is given away, what is left behind, and what then does not work: one choice for each dependency, by numbers. */
import type { DtNode } from '../devicetree/model.ts'
import type { Code } from '../diagnostics/catalogue/index.ts'
import type { HostDevice } from './host-device.ts'

/** What the manifest says of one device, beside its path. */
export interface Wishes {
  /** Rate in Hz by name of `clock-names`, or by index. */
  readonly clocks: ReadonlyMap<string, bigint>
  /** Full paths of host nodes that go with it. */
  readonly include: readonly string[]
  /** Properties of the node, or full paths of nodes, that are left out of the guest's tree. */
  readonly drop: readonly string[]
  /** Of a PCI bridge, those that its IOMMU tells apart, as bus, device and function: `00:01.0`. Absent: all. */
  readonly functions?: readonly string[]
  /** Full paths of host nodes that the guest's tree has anyway: what refers to them stays. Absent: none. */
  readonly provided?: readonly string[]
}

/** A dependency with what becomes of it, printed by `plan` and the report. */
export interface Choice {
  /** `clocks`, `power-domains`, `phy-handle` …: the property, or the kind of node. */
  readonly dependency: string
  /** `copied`: as the host has it; `replaced`: by something simpler; `dropped`: the guest will miss it. */
  readonly fate: 'copied' | 'replaced' | 'dropped'
  /** Path of the host's node that provides it. */
  readonly provider?: string
  /** Of the entry, as the device calls it. */
  readonly name?: string
  /** For people, one clause: what it is and what follows. */
  readonly what: string
  /** Whether the board may not work without it. */
  readonly weight: 'note' | 'warning'
}

/** Why it cannot be given as asked. */
export interface Obstacle {
  readonly code: Code
  readonly message: string
  /** The line of the manifest to write, where there is one. */
  readonly help: string
  /** Where the manifest says it, below the device: a key, and its entry or the number of it. Absent: it is about the device. */
  readonly by?: readonly ['clocks' | 'include' | 'drop', string]
}

/** What a domain is given in its tree for one device, before anything has a guest address. */
export interface Closure {
  /** With the streams of its functions among its `iommus`: what the host's node needs. */
  readonly device: HostDevice
  /**
   * The guest's node: the host's without `reg`, `ranges`, interrupts and whatever is dropped, children kept. References are to nodes of `beside` or of this one.
   */
  readonly node: DtNode
  /** Nodes of their own below the guest's `/passthrough`: clocks of fixed rate, fixed regulators. One of a name and the same content may be shared by several devices. */
  readonly beside: readonly DtNode[]
  /**
   * Other devices of the host that come with it, those below it with registers of their own, then those that are included. Each is given like the
   * device itself; it belongs below the node of the nearest one of them that is above it on the host, which then translates nothing (`ranges;`), else beside.
   */
  readonly also: readonly GivenNode[]
  readonly choices: readonly Choice[]
  readonly obstacles: readonly Obstacle[]
}

/** A device as the host has it, and as the guest does (of the same form as a closure's own). */
export interface GivenNode {
  readonly device: HostDevice
  readonly node: DtNode
}
