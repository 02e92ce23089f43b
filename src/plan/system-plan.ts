/**
 * Every number that any artefact holds, each with where it comes from. Computed once here; later stages only write it
 * down. Ranges are disjoint and aligned, the order is deterministic.
 */
import type { Board, FileFacts, InputFile, Kconfig, PartialTree } from '../facts/facts.ts'
import type {
  Capability,
  Dom0,
  Dom0lessDomain,
  FileReference,
  LoadMethod,
  SystemModel,
  XlDomain,
} from '../model/system-model.ts'
import type { Bytes, GuestPhys, HostPhys } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import type { Release } from '../xen/releases.ts'
import type { PlannedColoring, PlannedCpupool } from './cpus/planned-cpus.ts'
import type { PlannedArgo } from './links/argo.ts'
import type { PlannedChannel, PlannedRegion } from './links/planned-links.ts'
import type { OwnTree } from './passthrough/own-tree.ts'
import type { PlannedDevice } from './passthrough/planned-device.ts'
import type { Planned } from './provenance.ts'
import type { PlannedVirtio } from './virtio/planned-virtio.ts'

/**
 * Who has what of the machine, before anything lies in memory for it: processors and their cache, RAM, regions, channels, devices, ids. In the
 * order of the domains' nodes, which is that of their ids.
 */
export interface Partition {
  readonly model: SystemModel
  readonly board: Board
  readonly kconfig?: Kconfig
  /** What kernels of domains were built with, by `fileKey`. */
  readonly kernelConfigs: ReadonlyMap<string, Kconfig>
  /** The third number of Xen's version; absent: not known. */
  readonly pointRelease?: number
  readonly inputs: readonly InputFile[]
  readonly dom0less: readonly PartitionedDom0less[]
  readonly xl: readonly PartitionedXl[]
  /** Where Xen's heap lies; empty: all free RAM. In document order, or descending where domforge chose. */
  readonly staticHeap: readonly Planned<Range<HostPhys>>[]
  /** In document order. */
  readonly regions: readonly PlannedRegion[]
  /** In document order. */
  readonly channels: readonly PlannedChannel[]
  /** In document order. */
  readonly argo: readonly PlannedArgo[]
  /** In document order. */
  readonly virtio: readonly PlannedVirtio[]
  /** In document order. */
  readonly cpupools: readonly PlannedCpupool[]
  /** Absent: colouring is off. */
  readonly coloring?: PlannedColoring
}

/** What any guest has of the machine. */
interface Share {
  /** Its RAM, guest-physical, ascending. */
  readonly ram: readonly Range<GuestPhys>[]
  /** Devices of the host that it is given, in document order. */
  readonly devices: readonly PlannedDevice[]
  /** The user's own partial tree, where it gives devices too. */
  readonly ownTree?: OwnTree
  readonly affinity: readonly PlannedAffinity[]
  readonly cpupool?: PlannedCpupool
  /** Absent: all colours. */
  readonly colors?: Planned<string>
}

export interface PartitionedDom0less extends Share {
  readonly domain: Dom0lessDomain
  /** Xen numbers domains in the order of their nodes, from 1. */
  readonly id: Planned<number>
  /** Its RAM, host-physical, in Xen's order; absent: Xen allocates it from its heap. */
  readonly staticMem?: readonly Planned<Range<HostPhys>>[]
}

export interface PartitionedXl extends Share {
  readonly domain: XlDomain
}

/** What domains are given beside their share of the machine, each by name of the domain. */
export interface GuestPlan {
  /** Partial device trees with everything that their guests must know; absent: the domain has none, or one that cannot be read (reported with the facts). */
  readonly partialTrees: ReadonlyMap<string, PlannedPartialTree>
  /** Room for the metadata of those that get it as an archive after their ramdisk. */
  readonly metadata: ReadonlyMap<string, Bytes>
  /** Partial device trees that xl gives boot-time domains in their place; absent: the same. */
  readonly xlTrees: ReadonlyMap<string, PlannedPartialTree>
  /** Why no xl configuration can bring a boot-time domain back; absent: one can. */
  readonly notRecreatable: ReadonlyMap<string, Reasons>
}

export interface SystemPlan extends Partition, Pick<GuestPlan, 'metadata'> {
  /** Where U-Boot may load images, host-physical and ascending: `load` was placed in it. */
  readonly loadWindow: readonly Range<HostPhys>[]
  /** Everything that is in memory when Xen starts, in the order in which U-Boot loads it. */
  readonly load: LoadPlan
  readonly dom0?: PlannedDom0
  /** In the order of their nodes: domain ids follow it. */
  readonly dom0less: readonly PlannedDom0less[]
  readonly xl: readonly PlannedXl[]
}

export interface LoadPlan {
  readonly xen: LoadedFile
  /** Where `bootm` puts Xen before it starts it: the image's own choice. Absent: Xen starts where it was loaded. */
  readonly xenRuns?: Range<HostPhys>
  /** The tree in its slot. Its file is the complete tree, the board's own, or none: then U-Boot has the tree already. */
  readonly deviceTree: LoadedFile
  /** What U-Boot lays over the tree that it has: those of the board, in their order. */
  readonly overlays: readonly LoadedFile[]
  readonly bitstream?: LoadedFile
  /** Each file once, however many domains use it. */
  readonly modules: readonly LoadedFile[]
}

/** One file in the machine's memory. */
export interface LoadedFile {
  /** `xen`, `device-tree`, or the first user's `domains/<name>/kernel`. */
  readonly id: string
  readonly kind: 'xen' | 'device-tree' | 'kernel' | 'ramdisk' | 'partial-tree' | 'xsm-policy' | 'overlay' | 'bitstream'
  /** Path on the boot medium, without the load method's prefix. POSIX, relative, never `..`. */
  readonly path: string
  /** How U-Boot reads it. */
  readonly load: LoadMethod
  readonly contents: LoadedContents
  /** Exact size of the file, with what is put after it; for the tree the size of its slot. */
  readonly size: Bytes
  /** A generated file that U-Boot puts after it; zeros lie between the two. */
  readonly behind?: FileBehind
  readonly address: Planned<HostPhys>
  /** Kept free for it, from `address`: what the image says it needs, or the tree's slot. */
  readonly room: Range<HostPhys>
  /** Domains that use it, in order. */
  readonly usedBy: readonly string[]
  /** Pointer of the entity in the manifest that asks for it. */
  readonly pointer: string
}

/** What the bytes of a loaded file are. */
export type LoadedContents =
  | FileOfModule
  /** The host's tree: complete, the board's own file, or what U-Boot has already. */
  | { readonly kind: 'host-tree' }

/** What a module is made of. */
export type FileOfModule =
  /** The user's file, as it is. */
  | { readonly kind: 'file'; readonly facts: FileFacts }
  /** domforge makes it: `output` is its path below the output folder, `pointer` what asks for it. */
  | { readonly kind: 'generated'; readonly output: string; readonly pointer: string }

/** What is known of a file of the user's; `undefined` for what domforge makes. */
export const factsOfFile = ({ contents }: LoadedFile): FileFacts | undefined =>
  contents.kind === 'file' ? contents.facts : undefined

/** A file that follows another in the same module. */
export interface FileBehind {
  /** Path below the output folder, and on the medium. */
  readonly path: string
  /** From the start of the other file: a multiple of a page. */
  readonly offset: Bytes
  /** Exact: the file is filled up with zeros. */
  readonly size: Bytes
}

export interface PlannedDom0 {
  readonly domain: Dom0
  readonly kernel: LoadedFile
  readonly ramdisk?: LoadedFile
}

export interface PlannedDom0less extends PartitionedDom0less {
  readonly kernel: LoadedFile
  readonly ramdisk?: LoadedFile
  readonly partialTree?: LoadedPartialTree
  /** What xl gives it when it creates it again; absent: the same. */
  readonly xlTree?: PlannedPartialTree
  /** Why no xl configuration can bring this domain back; absent: it gets one. */
  readonly notRecreatable?: Reasons
}

export interface PlannedXl extends PartitionedXl {
  /** What is known of its files, which lie in dom0: they are not loaded by U-Boot. */
  readonly kernel?: FileFacts
  readonly ramdisk?: FileFacts
  readonly partialTree?: PlannedPartialTree
}

/** At least one. */
export type Reasons = readonly [NotRecreatable, ...NotRecreatable[]]

/** What a domain has that only Xen can give, at boot. */
export type NotRecreatable =
  /** There is no dom0 to run xl. */
  | { readonly because: 'no-dom0' }
  | { readonly because: 'capabilities'; readonly capabilities: readonly Capability[] }
  | { readonly because: 'direct-map' }
  /** xl counts in MiB, and its memory is none of these. */
  | { readonly because: 'memory'; readonly memory: Bytes }
  | { readonly because: 'static-mem' }
  | { readonly because: 'shared-memory'; readonly region: string }
  | { readonly because: 'event-channel'; readonly channel: string }
  /** Its partial tree says things that xl does not read. */
  | { readonly because: 'partial-tree'; readonly path: string }
  /** Its virtio-mmio devices have interrupts, and nothing has xl of this release give it any. */
  | { readonly because: 'interrupts'; readonly release: Release }
  /** Its kernel is an image for U-Boot, or none that the toolstack knows. */
  | { readonly because: 'uimage' | 'unknown-kernel'; readonly path: string }

/** A partial device tree that a domain is given. */
export type PlannedPartialTree = {
  readonly source: PartialTree
  /** Of what asks for it in the manifest. */
  readonly pointer: string
} & (
  | { readonly kind: 'file'; readonly reference: FileReference }
  /** domforge makes it: `output` is its path below the output folder. */
  | { readonly kind: 'generated'; readonly output: string }
)

/** One that lies in memory, for Xen. */
export type LoadedPartialTree = PlannedPartialTree & { readonly module: LoadedFile }

/** The physical CPUs that one virtual CPU may run on. */
export interface PlannedAffinity {
  readonly vcpu: number
  /** Xen's logical ids, ascending. */
  readonly cpus: readonly number[]
  /** Of the entry in the manifest. */
  readonly pointer: string
}
