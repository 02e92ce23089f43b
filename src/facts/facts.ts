/** What the disk says: the only place besides the manifest that input comes from. Read once, never written. */
import type { DeviceTree } from '../devicetree/model.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import type { DeclaredSize, FileReference, Guest, NamedRange, PartialTreeFiles } from '../model/system-model.ts'
import type { Bytes, HostPhys } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import type { XenVersion } from '../xen/version.ts'

export interface Facts {
  readonly board: Board
  /** Every image that the manifest names, by `fileKey`. Missing ones are placeholders of one page (and were reported). */
  readonly files: ReadonlyMap<string, FileFacts>
  /** Every partial device tree that could be read, by `partialTreeKey`. */
  readonly partialTrees: ReadonlyMap<string, PartialTree>
  /** The options that Xen was built with; absent when the manifest names no `.config`. */
  readonly kconfig?: Kconfig
  /** What kernels of domains were built with, by `fileKey`. */
  readonly kernelConfigs: ReadonlyMap<string, Kconfig>
  /** Third number of Xen's version: of the manifest, else of the image, else of the `.config`. Absent: none of them says it. */
  readonly pointRelease?: number
  /** Everything that was read, for the build record, in order of reading. */
  readonly inputs: readonly InputFile[]
}

/** All but the board, whose tree could not be read, which was reported. */
export type FactsWithoutBoard = Omit<Facts, 'board'>

export const hasBoard = (facts: Facts | FactsWithoutBoard): facts is Facts => 'board' in facts

/** Two references to the same file of the same folder have the same key. */
export const fileKey = (file: FileReference): string => `${file.folder}\n${file.path}`

/** Likewise for trees of the same files in the same order. */
export const partialTreeKey = (files: PartialTreeFiles): string => [files, ...files.overlays].map(fileKey).join('\n')

/** The partial tree of the user's that `domain` has, with its overlays; absent: none, or one that could not be read, which was reported. */
export const partialTreeOf = (domain: Guest, { partialTrees }: Pick<Facts, 'partialTrees'>): PartialTree | undefined =>
  domain['device-tree'] && partialTrees.get(partialTreeKey(domain['device-tree']))

/** What the disk says of `reference`; every file of the model was looked at, so its absence is a bug. */
export function factsOf(reference: FileReference, files: Facts['files']): FileFacts {
  const facts = files.get(fileKey(reference))
  if (!facts) throw new InternalError(`no facts about ${reference.path}`)
  return facts
}

export interface InputFile {
  /** As the manifest writes it; an absolute path, which means nothing elsewhere, is its base name. */
  readonly path: string
  /** Absolute path of what was read. Never leaves the tool. */
  readonly absolutePath: string
  readonly size: Bytes
  /** Hex sha256 of the bytes that were read; absent where nothing is to be written. */
  readonly sha256?: string
  /** What those bytes are: images are judged by header and trailer only. */
  readonly read: 'whole' | 'header' | 'header-and-trailer'
}

/** The host as its device tree describes it. */
export interface Board {
  readonly tree: DeviceTree
  /** Size of the platform's file where it is a blob of just this tree; absent: a source, or the tree was changed since. */
  readonly blobSize?: Bytes
  /** What U-Boot lays over the tree that it has, in this order; `tree` has it all. Empty: nothing, or it was done when the system was built. */
  readonly overlays: readonly BootOverlay[]
  readonly model: string
  /** RAM banks in tree order; they neither overlap nor are empty. None: the tree has none, which was reported. */
  readonly ram: readonly Range<HostPhys>[]
  /** What has an owner already: `/reserved-memory`, memory reservations, the manifest's own, firmware. */
  readonly owned: readonly OwnedMemory[]
  /** RAM that firmware is assumed to keep, a part of `owned`, to be written as reserved. Ascending. */
  readonly firmware: readonly AssumedFirmware[]
  /** RAM that `platform.memory` leaves out: a part of `owned`, to be written as reserved. Ascending. */
  readonly unused: readonly NamedRange[]
  /** `/reserved-memory` children that leave the address to the operating system (`size` without `reg`). */
  readonly dynamicReservations: readonly DynamicReservation[]
  /** In Xen's numbering: boot CPU first, then tree order. */
  readonly cpus: readonly Cpu[]
  readonly gic?: Gic
  /** Path of the node that `/chosen/stdout-path` means. */
  readonly stdout?: string
}

/** An overlay that U-Boot applies at boot. */
export interface BootOverlay {
  readonly reference: FileReference
  /** Of the blob, which is the user's file or is made of it. */
  readonly size: Bytes
  /** The most that it adds to a tree. */
  readonly growth: Bytes
  /** What a source compiles to; absent: the file is a blob, and used as it is. */
  readonly compiled?: Uint8Array
}

export interface OwnedMemory {
  readonly range: Range<HostPhys>
  /** For people: `/reserved-memory/optee@7e000000`, `memory reservation 2`, `platform.reserved.secure-firmware`, `platform.memory`, `TF-A's BL31, assumed`. */
  readonly owner: string
  readonly by: 'reserved-memory' | 'memreserve' | 'manifest' | 'firmware'
  /** `no-map`: an operating system must not even map it. */
  readonly noMap: boolean
}

/** RAM that firmware is assumed to keep, because it does on other boards with that SoC. */
export interface AssumedFirmware {
  readonly range: Range<HostPhys>
  /** For people: `TF-A's BL31`. */
  readonly what: string
  /** Where the firmware's source says so. */
  readonly source: string
}

export interface DynamicReservation {
  readonly path: string
  readonly size: Bytes
  readonly alignment?: Bytes
  /** `alloc-ranges`; empty: anywhere. */
  readonly within: readonly Range<HostPhys>[]
}

export interface Cpu {
  readonly path: string
  /** Affinity bits of MPIDR, from `reg`. */
  readonly mpidr: bigint
  readonly compatible: readonly string[]
}

export interface Gic {
  readonly path: string
  readonly version: 'v2' | 'v3'
  /** Registers as the tree lists them, host-physical. */
  readonly reg: readonly Range<HostPhys>[]
}

/** A file of the user's, judged by its first bytes; sizes are the file's. */
export interface FileFacts {
  readonly path: string
  /** Of a file that is missing: what is declared, else a page. */
  readonly size: Bytes
  readonly format: ImageFormat
  /** The manifest names no file that can be meant, which was reported. */
  readonly isNone?: true
  /** Room is kept for this size, whether the file is there or not. */
  readonly declared?: DeclaredSize
  /** What it says of its version; absent: it is not Xen, or does not say. */
  readonly xen?: XenVersion
}

/** How much memory is kept for the file: what is declared, as long as the file fits (which is checked). */
export const roomOf = ({ size, declared }: FileFacts): Bytes =>
  declared !== undefined && declared.size > size ? declared.size : size

/** A partial tree, as the user's file says it. */
export interface PartialTree {
  /** As the manifest writes it. */
  readonly path: string
  readonly tree: DeviceTree
  /** Of the blob, which is the user's file or is made of it. */
  readonly size: Bytes
  /** What a source, or a tree with additions, compiles to; absent: the file is a blob, and used as it is. */
  readonly compiled?: Uint8Array
}

/** What an image is. Sizes and offsets are in bytes as its header says them. */
export type ImageFormat =
  | Arm64Image
  | Zimage
  | Uimage
  | GzipFile
  | {
      readonly kind: 'cpio'
      /** It has nothing but directories, seen to its end. */
      readonly holdsNoFile?: true
    }
  /** A policy of Xen's security module FLASK. */
  | { readonly kind: 'xsm-policy' }
  /** A bitstream with Xilinx's header. */
  | { readonly kind: 'xilinx-bit' }
  | { readonly kind: 'empty' }
  /** The file is not there; that was reported, as an error unless its size is declared. A placeholder, so that the rest can be checked: rules on files skip it. */
  | { readonly kind: 'missing' }
  /** Something else; `looksLike` names it where its first bytes are known (ELF, xz, zstd, lz4, FIT, text, …). */
  | { readonly kind: 'unknown'; readonly looksLike?: string }

/** Linux's and Xen's arm64 Image (Documentation/arch/arm64/booting.rst). */
export interface Arm64Image {
  readonly kind: 'arm64-image'
  /** Load offset from a 2 MiB boundary. */
  readonly textOffset: bigint
  /** With BSS; 0 in images older than 3.17. */
  readonly imageSize: Bytes
  /** Bit 3 of flags: may be placed anywhere, rather than as low in RAM as possible. */
  readonly anywhere: boolean
  readonly bigEndian: boolean
  /** Begins as an EFI program too (`MZ`). */
  readonly efi?: true
  /** The file is long enough for the whole header (64 bytes); else the other fields are 0 and mean nothing. */
  readonly headerComplete: boolean
}

/** 32-bit Linux zImage: `start` and `end` of its header. */
export interface Zimage {
  readonly kind: 'zimage'
  readonly start: bigint
  readonly end: bigint
}

/** U-Boot's legacy image. */
export interface Uimage {
  readonly kind: 'uimage'
  readonly os: number
  readonly arch: number
  readonly type: number
  readonly compression: number
  readonly load: bigint
  readonly entry: bigint
  readonly dataSize: Bytes
  /** What is inside; of one compressed with gzip, the stream. Absent: compressed otherwise, or not as it says. */
  readonly content?: ImageFormat
}

export interface GzipFile {
  readonly kind: 'gzip'
  /** From the last four bytes: modulo 2^32. */
  readonly uncompressedSize: Bytes
  /** What the first inflated bytes are; `undefined` where they do not inflate. */
  readonly content?: Exclude<ImageFormat, GzipFile>
  /** What all of it comes to, or a clause about the stream: `is damaged`. Absent: no kernel is inside, or it is too large to be unpacked here. */
  readonly unpacked?: { readonly size: Bytes } | { readonly fault: string }
  /** Its header has a checksum of its own. */
  readonly headerChecksum?: true
}

/** Options of a Linux-style `.config`, without `CONFIG_`. Absent options are off. */
export interface Kconfig {
  readonly path: string
  readonly options: ReadonlyMap<string, string>
  /** Of the Xen that it was written for; absent: it does not say. */
  readonly version?: XenVersion
}
