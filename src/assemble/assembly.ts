/** The complete output as values: trees, xl configurations, boot script. No text, no bytes; every node and value has an origin. */

import type { DeviceTree, DtNode } from '../devicetree/model.ts'
import type { Origin } from '../diagnostics/diagnostic.ts'
import type { BlockInterface, BootCommandName } from '../model/system-model.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { Bytes, HostPhys } from '../units/quantities.ts'

export interface Assembly {
  readonly plan: SystemPlan
  /** The host's tree as Xen will read it, `/chosen` complete: what U-Boot loads, or what its edits make of the board's own. */
  readonly hostTree: DeviceTree
  /** Only what domforge adds: a root with `/chosen` (and `/reserved-memory`), for the overlay. */
  readonly additions: DtNode
  readonly xl: readonly XlConfig[]
  readonly script: readonly BootCommand[]
  readonly options: readonly NeededOption[]
  /** The findings that the manifest accepts, each once; known after all checks. */
  readonly accepted: readonly AcceptedFinding[]
}

/** A finding that the manifest accepts. */
export interface AcceptedFinding {
  readonly code: string
  readonly message: string
  readonly reason: string
  /** Pointer of the entry that says so. */
  readonly at: string
}

/** One xl configuration file. */
export interface XlConfig {
  readonly domain: string
  /** The domain's pointer. */
  readonly pointer: string
  /** For a domain that Xen starts and this file brings back: its id until then. Absent: only dom0 starts the domain. */
  readonly bootId?: number
  readonly entries: readonly XlEntry[]
}

export interface XlEntry {
  readonly key: string
  readonly value: string | bigint | readonly string[]
  readonly origin: Origin
  /** Of a list made of several things in the manifest: where each item comes from; absent: `origin` is all that is known. */
  readonly items?: readonly Origin[]
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
      /** For a file that did not exist at build time: the room that was reserved for it. */
      readonly limit?: LoadLimit
      /** Its name in messages: `kernel of camera and viewer`. */
      readonly what: string
    }
  /** Clears memory between two files that are one for Xen. */
  | { readonly kind: 'clear'; readonly address: HostPhys; readonly size: Bytes }
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  /** Changes to the tree in memory; the script stops after them if one failed. */
  | {
      readonly kind: 'edit-tree'
      /** Its name in messages: `domain camera`. */
      readonly what: string
      readonly edits: readonly TreeEdit[]
    }
  /** Finds the disks of a bus that U-Boot does not scan by itself. */
  | { readonly kind: 'scan-bus'; readonly bus: 'scsi' | 'usb' }
  /** Configures an FPGA with what was loaded to `address`: `loadb` reads Xilinx's header, `load` takes all `size` bytes as they are. */
  | {
      readonly kind: 'configure-fpga'
      readonly command: 'load' | 'loadb'
      readonly device: number
      readonly address: HostPhys
      readonly size: Bytes | SizeVariable
    }
  /** The user's lines, as written. */
  | { readonly kind: 'user-commands'; readonly lines: readonly string[] }
  /** Says in `host_kernel_addr` and `host_fdt_addr` where Xen and its tree lie, for whoever starts them. */
  | { readonly kind: 'give-addresses'; readonly xen: HostPhys; readonly deviceTree: HostPhys }
  /** Starts Xen, or with `none` takes the addresses back where something failed. */
  | {
      readonly kind: 'boot-xen'
      readonly command: BootCommandName
      readonly xen: HostPhys
      readonly deviceTree: HostPhys
    }

/** A variable of U-Boot's that holds the real size of a file that was not there, in hexadecimal digits without `0x`. */
export interface SizeVariable {
  readonly variable: string
}

/** Limits of a file that did not exist when this system was built. */
export interface LoadLimit {
  readonly size: Bytes
  /** Variable of U-Boot's that gets its real size, in hexadecimal digits without `0x`. */
  readonly sizeTo: string
  /** It is an arm64 Image that runs where it is loaded: what its header asks for (`image_size`) has to fit too. */
  readonly runsInPlace: boolean
}

/** One change by U-Boot's `fdt` command. Names and paths are those of the tree, unquoted. */
export type TreeEdit =
  /** The tree that the following edits are about: at an address, or at the one that a variable holds. */
  | { readonly kind: 'fdt-addr'; readonly address: HostPhys | TreeVariable }
  /** Copies a tree, with `size` bytes for it; the following edits are about the copy. Needs an `fdt-addr` before it (U-Boot 2023.01). */
  | { readonly kind: 'fdt-move'; readonly from: TreeVariable; readonly to: HostPhys; readonly size: Bytes }
  /** Makes the blob as small as it can be, and then larger by `extra`. */
  | { readonly kind: 'fdt-resize'; readonly extra: Bytes }
  /** A new node, put before the children that `parent` has already. */
  | {
      readonly kind: 'fdt-mknod'
      readonly parent: string
      readonly name: string
      /** The node may be there already: then it stays. */
      readonly unlessThere?: true
    }
  | { readonly kind: 'fdt-set'; readonly path: string; readonly property: string; readonly value: FdtValue }
  /** Applies the overlay at this address, whose memory is invalid afterwards. Where it fails, neither is the tree's (libfdt: fdt_overlay_apply). */
  | { readonly kind: 'fdt-apply'; readonly address: HostPhys }
  /** The property must be there. */
  | { readonly kind: 'fdt-rm'; readonly path: string; readonly property: string }
  /** Reads the first cell of a property into a variable, as `0x` and hexadecimal digits. */
  | { readonly kind: 'fdt-get'; readonly path: string; readonly property: string; readonly variable: string }

/** A variable of U-Boot's that holds an address in hexadecimal digits. */
export interface TreeVariable {
  readonly variable: string
}

/** A value as `fdt set` takes it: at most 1024 bytes (`SCRATCHPAD` in cmd/fdt.c; U-Boot does not look before it writes). */
export type FdtValue =
  /** None: a property without value. The first begins neither with `<` nor with `[`. */
  | { readonly kind: 'strings'; readonly strings: readonly string[] }
  | { readonly kind: 'cells'; readonly cells: readonly FdtCell[] }
  | { readonly kind: 'bytes'; readonly data: Uint8Array }

/** 32 bits, or a variable that holds them in hexadecimal digits: without `0x`, as `filesize` does, unless it is `prefixed`, as by `fdt get`. */
export type FdtCell = bigint | { readonly variable: string; readonly prefixed?: true }

/** Where U-Boot finds files: its network server, `device` of a block interface, or wherever a command of the user's looks. */
export type BootMedium =
  | { readonly kind: 'tftp' }
  | { readonly kind: BlockInterface; readonly device: string }
  | { readonly kind: 'command'; readonly command: string }

/** An option that Xen's build must have for this system. */
export interface NeededOption {
  /** Without `CONFIG_`. */
  readonly name: string
  readonly value: 'y' | 'n' | string
  /** Pointers of what needs it. */
  readonly because: readonly string[]
}
