/** What is fixed before power-on beside the domains themselves: who shares memory, who notifies whom, who runs where. */
import type { Bytes, GuestPhys, HostPhys } from '../units/quantities.ts'
import type { Entity, NamedRange } from './entity.ts'

/** Host memory that several domains see (`xen,domain-shared-memory-v1`). */
export interface SharedMemory extends Entity {
  readonly name: string
  readonly size: Bytes
  readonly 'host-address': HostPhys | 'auto'
  /** In document order; never empty. */
  readonly access: readonly SharedMemoryAccess[]
  /** Name of the domain that writes it first; absent: not said. */
  readonly 'initialised-by'?: string
}

/** How one domain takes part in a region. */
export interface SharedMemoryAccess extends Entity {
  /** Name of dom0 or of a domain that Xen builds at boot. */
  readonly domain: string
  /** Absent: no domain owns the region. */
  readonly role?: 'owner' | 'borrower'
  readonly 'guest-address': GuestPhys | 'auto'
}

/** A static event channel (`xen,evtchn-v1`). */
export interface EventChannel extends Entity {
  readonly name: string
  readonly ends: readonly [EventChannelEnd, EventChannelEnd]
}

export interface EventChannelEnd extends Entity {
  /** Name of dom0 or of a domain that Xen builds at boot. */
  readonly domain: string
  readonly port: number | 'auto'
}

/** CPUs that are scheduled apart (`xen,cpupool`). */
export interface Cpupool extends Entity {
  readonly name: string
  /** Names of nodes below `/cpus`, as written; never empty. */
  readonly cpus: readonly string[]
  /** Absent: Xen's default. */
  readonly scheduler?: SchedulerName
}

export type SchedulerName = 'credit' | 'credit2' | 'rtds' | 'arinc653' | 'null'

/** Colouring of the last-level cache; its presence turns it on. */
export interface CacheColoring extends Entity {
  /** Absent: Xen asks the hardware. */
  readonly 'llc-size'?: Bytes
  readonly 'llc-nr-ways'?: number
  readonly xen?: ColorChoice
  readonly dom0?: ColorChoice
  readonly 'buddy-alloc-size'?: Bytes
}

/** Colours in Xen's syntax (`0-3,8`), as written, or how many are to be chosen. */
export type ColorChoice = { readonly text: string } | { readonly count: number }

/** Where the RAM of a domain lies on the host; `auto`: the plan's choice. */
export type StaticMemory = 'auto' | readonly NamedRange[]

/** Where Xen's heap lies; a size: the plan's choice. */
export type StaticHeap = { readonly size: Bytes } | { readonly ranges: readonly NamedRange[] }

/** Two domains that send each other messages with Argo, which Xen copies from one to the other. */
export interface ArgoLink extends Entity {
  readonly name: string
  readonly ends: readonly [ArgoEnd, ArgoEnd]
  /** Of the ring that each end has for the other. */
  readonly port: number | 'auto'
}

export interface ArgoEnd extends Entity {
  /** Whoever creates it. */
  readonly domain: string
}
