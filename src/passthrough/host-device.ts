/** A device of the host as one that can be given away: what it answers at, how it interrupts, what its accesses to memory pass. */
import type { InterruptSpecifier } from '../devicetree/readings/interrupt-specifier.ts'
import type { Place } from '../devicetree/readings/tree-index.ts'
import type { HostPhys } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import type { StreamKeeping } from '../xen/iommu.ts'

export interface HostDevice {
  /** In the host's tree; its path is what `xen,path` and `dtdev` name. */
  readonly place: Place
  /** The interrupt controller that Xen drives. */
  readonly gic?: Place
  /** What it answers at: the entries of `reg` in their order, then the windows of a bus bridge in the order of `ranges`. */
  readonly spans: readonly DeviceSpan[]
  /** Whole pages of all that it answers at, ascending, disjoint; ranges that touch are one. */
  readonly pages: readonly Range<HostPhys>[]
  readonly interrupts: DeviceInterrupts
  readonly dma: DeviceDma
}

/** A part of the host's address space that a device answers at, exact (not rounded to pages). */
export type DeviceSpan =
  | {
      readonly kind: 'register'
      /** Of the entry of `reg`. */
      readonly index: number
      /** By `reg-names`. */
      readonly name?: string
      readonly host: Range<HostPhys>
    }
  | {
      readonly kind: 'window'
      /** Of the entry of `ranges`. */
      readonly index: number
      /** Its child address, cell by cell, as the tree has it. */
      readonly child: readonly number[]
      readonly space: 'io' | 'memory-32' | 'memory-64' | 'memory-64-prefetchable' | 'memory-32-prefetchable' | 'bus'
      readonly host: Range<HostPhys>
    }

/** Who takes its interrupts, in the end. */
export type DeviceInterrupts =
  /** None, or all at the interrupt controller that Xen drives, by the node's own properties: Xen routes them. */
  | {
      readonly kind: 'direct'
      /** What the node itself names, in its order; one that it lists twice is here twice. */
      readonly own: readonly InterruptSpecifier[]
      /** All that the guest is given: the same. */
      readonly atGic: readonly InterruptSpecifier[]
      readonly lost: readonly LostInterrupt[]
    }
  /** Xen passes over them, though they end at that controller: behind a plain forwarder, or the four of a PCI bridge's `interrupt-map`. The host's node must name these. */
  | {
      readonly kind: 'rewrite'
      readonly via: 'forwarder' | 'interrupt-map'
      /** Path of the forwarder, or of the bridge. */
      readonly through: string
      /** What the node itself names, as above. */
      readonly own: readonly InterruptSpecifier[]
      /** All that the guest is given: the node's own in its order, then those that only its map leads to, each once. */
      readonly atGic: readonly InterruptSpecifier[]
      readonly lost: readonly LostInterrupt[]
    }
  /** They end at no controller that Xen drives, or cannot be read: `why` is a clause for people. */
  | { readonly kind: 'stopped'; readonly controller?: string; readonly why: string }

/** An interrupt that the guest does without, since others of the device do arrive. */
export interface LostInterrupt {
  /** Among the node's own, from 0; absent: one that only its map leads to. */
  readonly index?: number
  /** By `interrupt-names`. */
  readonly name?: string
  readonly why: string
}

/** How its own accesses to memory reach RAM. */
export interface DeviceDma {
  /** `yes`: the tree says so; `possible`: its kind of device does it, though the tree has no word of it; `no`: it has no use for memory. */
  readonly does: 'yes' | 'possible' | 'no'
  /** Its own `dma-coherent`, or that of a bus above. */
  readonly coherent: boolean
  /** What its `iommus` name, in their order, and in a closure the streams of its functions. Empty: none stands before it. */
  readonly iommus: readonly IommuOfDevice[]
  /** `iommu-map` of a PCI bridge: which stream each function has. Empty: no bridge, or none stands before its functions. */
  readonly functions: readonly FunctionStreams[]
  /** Whether `dma-ranges` of a bus above moves its addresses (or says nothing that can be read). */
  readonly translated: boolean
  /** Then: what the device says, and where it gets to. Empty where nothing moves it, or nothing can be read. */
  readonly windows: readonly DmaWindow[]
}

/** Addresses that a device has on its bus, and the host's that they mean. */
export interface DmaWindow {
  readonly bus: bigint
  /** Of a PCI bridge, what stands above the two cells of an address: its kind of space. 0 on other buses. */
  readonly space: bigint
  readonly host: Range<HostPhys>
}

interface IommuBefore {
  readonly path: string
  readonly isEnabled: boolean
  /** How Xen's driver for it keeps streams; where Xen has none it has no meaning. */
  readonly keeping: StreamKeeping
  /** Bits of a stream id that are not compared where a specifier does not say: its `stream-match-mask`. */
  readonly commonMask: number
}

export interface IommuOfDevice extends IommuBefore {
  /** The cells after the phandle: the stream id, or more. */
  readonly cells: readonly number[]
}

/**
 * Stream ids of the functions of a PCI bus, as an entry of `iommu-map` has them: `count` requester ids from `requester`, of the bits of `mask`, have as
 * many from `stream`.
 */
export interface FunctionStreams extends IommuBefore {
  /** Cells of a specifier of the IOMMU; the stream id is the first. */
  readonly width: number
  readonly mask: number
  readonly requester: number
  readonly stream: number
  readonly count: number
}
