/** The complete output as values, before it is text or bytes: trees, configurations of xl, the boot script. Every node and value has an origin. */

import type { DeviceTree, DtNode } from '../devicetree/model.ts'
import type { Origin } from '../diagnostics/diagnostic.ts'
import type { BlockInterface, BootCommandName } from '../model/system-model.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { Bytes, HostPhys } from '../units/quantities.ts'

/** All that the output is made from. */
export interface Assembly {
  readonly plan: SystemPlan
  /** The host's tree as Xen reads it, with a complete `/chosen`: U-Boot loads it, or makes it from the board's own by edits. */
  readonly hostTree: DeviceTree
  /** Only what domforge adds to the board's tree: a root with `/chosen` and, where needed, others of the board's nodes. */
  readonly additions: DtNode
  readonly xl: readonly XlConfig[]
  readonly script: readonly BootCommand[]
  readonly options: readonly NeededOption[]
  /** Findings that the manifest accepts, each once; empty until all checks have run. */
  readonly accepted: readonly AcceptedFinding[]
}

/** A finding that the manifest accepts. */
export interface AcceptedFinding {
  readonly code: string
  readonly message: string
  readonly reason: string
  /** Pointer of the entry that accepts it. */
  readonly at: string
}

/** One xl configuration file. */
export interface XlConfig {
  readonly domain: string
  /** Pointer of the domain. */
  readonly pointer: string
  /** Id that the domain has when Xen starts it; this file is for starting it again. Absent: only dom0 starts the domain. */
  readonly bootId?: number
  readonly entries: readonly XlEntry[]
}

/** A key and its value. */
export interface XlEntry {
  readonly key: string
  readonly value: string | bigint | readonly string[]
  readonly origin: Origin
  /** Origins of the items of a list that is made from several places in the manifest; absent: `origin` is that of all. */
  readonly items?: readonly Origin[]
}

/** One command of U-Boot's script, not yet quoted. */
export type BootCommand =
  | { readonly kind: 'comment'; readonly text: string }
  /** Loads a file. The script stops if that fails, or the file has another size than planned. */
  | {
      readonly kind: 'load'
      readonly from: BootMedium
      /** Path on the medium, with the load method's prefix. */
      readonly path: string
      readonly address: HostPhys
      /** Exact size of the file that this system was built for; absent: not known. */
      readonly size?: Bytes
      /** What limits a file that did not exist when this system was built. */
      readonly limit?: LoadLimit
      /** What messages call it: `kernel of camera and viewer`. */
      readonly what: string
    }
  /** Clears memory between two files that Xen takes for one. */
  | { readonly kind: 'clear'; readonly address: HostPhys; readonly size: Bytes }
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  /** Changes the tree in memory. The script stops afterwards if a change failed. */
  | {
      readonly kind: 'edit-tree'
      /** What messages call it: `domain camera`. */
      readonly what: string
      readonly edits: readonly TreeEdit[]
    }
  /** Finds the disks of a bus that U-Boot does not scan by itself. */
  | { readonly kind: 'scan-bus'; readonly bus: 'scsi' | 'usb' }
  /** Configures an FPGA with the file at `address`: `loadb` reads Xilinx's header, `load` uses all `size` bytes as they are. */
  | {
      readonly kind: 'configure-fpga'
      readonly command: 'load' | 'loadb'
      readonly device: number
      readonly address: HostPhys
      readonly size: Bytes | SizeVariable
    }
  /** The user's own lines, as they are written. */
  | { readonly kind: 'user-commands'; readonly lines: readonly string[] }
  /** Sets `host_kernel_addr` and `host_fdt_addr` to the addresses of Xen and its tree, for the user's own commands. */
  | { readonly kind: 'give-addresses'; readonly xen: HostPhys; readonly deviceTree: HostPhys }
  /** Starts Xen; with `none` it only unsets these addresses if something failed. */
  | {
      readonly kind: 'boot-xen'
      readonly command: BootCommandName
      readonly xen: HostPhys
      readonly deviceTree: HostPhys
    }

/** A variable of U-Boot's with the real size of a file that did not exist when this system was built, in hexadecimal digits without `0x`. */
export interface SizeVariable {
  readonly variable: string
}

/** Limits of a file that did not exist when this system was built. */
export interface LoadLimit {
  readonly size: Bytes
  /** Variable of U-Boot's for its real size, in hexadecimal digits without `0x`. */
  readonly sizeTo: string
  /** Whether it is an arm64 Image that runs where it is loaded: the memory that its header asks for (`image_size`) has to fit too. */
  readonly runsInPlace: boolean
}

/** One change by U-Boot's command `fdt`. Names and paths are those of the tree, not yet quoted. */
export type TreeEdit =
  /** Selects the tree for the edits that follow, by its address or by a variable with that. */
  | { readonly kind: 'fdt-addr'; readonly address: HostPhys | TreeVariable }
  /** Copies a tree into `size` bytes, and selects the copy. Needs an `fdt-addr` before it (U-Boot 2023.01). */
  | { readonly kind: 'fdt-move'; readonly from: TreeVariable; readonly to: HostPhys; readonly size: Bytes }
  /** Packs the blob, and adds `extra` bytes of room to it. */
  | { readonly kind: 'fdt-resize'; readonly extra: Bytes }
  /** Makes a node, before the children that `parent` has already. */
  | {
      readonly kind: 'fdt-mknod'
      readonly parent: string
      readonly name: string
      /** Does nothing if the node exists. */
      readonly unlessThere?: true
    }
  | { readonly kind: 'fdt-set'; readonly path: string; readonly property: string; readonly value: FdtValue }
  /** Applies the overlay at this address, which is no tree afterwards. If that fails, neither is the tree itself (libfdt: fdt_overlay_apply). */
  | { readonly kind: 'fdt-apply'; readonly address: HostPhys }
  /** Removes a property, which has to exist. */
  | { readonly kind: 'fdt-rm'; readonly path: string; readonly property: string }
  /** Reads the first cell of a property into a variable, as `0x` and hexadecimal digits. */
  | { readonly kind: 'fdt-get'; readonly path: string; readonly property: string; readonly variable: string }

/** A variable of U-Boot's with an address in hexadecimal digits. */
export interface TreeVariable {
  readonly variable: string
}

/** A value for `fdt set`, of at most 1024 bytes: U-Boot does not check for the end of its buffer (cmd/fdt.c: SCRATCHPAD). */
export type FdtValue =
  /** Without strings, a property without a value. The first string begins neither with `<` nor with `[`. */
  | { readonly kind: 'strings'; readonly strings: readonly string[] }
  | { readonly kind: 'cells'; readonly cells: readonly FdtCell[] }
  | { readonly kind: 'bytes'; readonly data: Uint8Array }

/** 32 bits, or a variable with them in hexadecimal digits: without `0x`, as in `filesize`, or `prefixed` with it, as by `fdt get`. */
export type FdtCell = bigint | { readonly variable: string; readonly prefixed?: true }

/** Where U-Boot loads files from: a TFTP server, a block device, or what a command of the user's reads. */
export type BootMedium =
  | { readonly kind: 'tftp' }
  | { readonly kind: BlockInterface; readonly device: string }
  | { readonly kind: 'command'; readonly command: string }

/** An option that Xen's build must have for this system. */
export interface NeededOption {
  /** Without `CONFIG_`. */
  readonly name: string
  readonly value: 'y' | 'n' | string
  /** Pointers of the keys that need it. */
  readonly because: readonly string[]
}
