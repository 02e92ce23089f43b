/** The complete output as values: trees, xl configurations, boot script. No text, no bytes; every node and value has an origin. */

import type { DeviceTree, DtNode } from '../devicetree/model.ts'
import type { Origin } from '../diagnostics/diagnostic.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { Bytes, HostPhys } from '../units/quantities.ts'

export interface Assembly {
  readonly plan: SystemPlan
  /** The host's tree as Xen will read it, `/chosen` complete. */
  readonly hostTree: DeviceTree
  /** Only what domforge adds: a root with `/chosen` (and `/reserved-memory`), for the overlay. */
  readonly additions: DtNode
  readonly xl: readonly XlConfig[]
  readonly script: readonly BootCommand[]
  readonly options: readonly NeededOption[]
}

/** One xl configuration file. */
export interface XlConfig {
  readonly domain: string
  /** The domain's pointer. */
  readonly pointer: string
  /** Why this file exists: created by dom0, or to bring a boot-time domain back. */
  readonly purpose: 'create' | 'recreate'
  readonly entries: readonly XlEntry[]
}

export interface XlEntry {
  readonly key: string
  readonly value: string | bigint | readonly string[]
  readonly origin: Origin
}

/** One command of U-Boot's script; printing and quoting are `emit`'s. */
export type BootCommand =
  | { readonly kind: 'comment'; readonly text: string }
  /** Load a file; the script stops when that fails, or when the file has another size than planned. */
  | {
      readonly kind: 'load'
      readonly from: BootMedium
      /** On the medium, with the load method's prefix. */
      readonly path: string
      readonly address: HostPhys
      /** Exact size of the file that this system was computed for; absent: not known. */
      readonly size?: Bytes
      /** For people: `kernel of camera and viewer`. */
      readonly what: string
    }
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  | { readonly kind: 'boot-xen'; readonly command: 'booti'; readonly xen: HostPhys; readonly deviceTree: HostPhys }

/** Where U-Boot finds files: its network server, or `device` of a block interface. */
export type BootMedium = { readonly kind: 'tftp' } | { readonly kind: 'virtio'; readonly device: string }

/** An option that Xen's build must have for this system. */
export interface NeededOption {
  /** Without `CONFIG_`. */
  readonly name: string
  readonly value: 'y' | 'n' | string
  /** Pointers of what needs it. */
  readonly because: readonly string[]
}
