/**
 * Every number that any artefact holds, each with where it comes from. Computed once here; later stages only write it
 * down. Ranges are disjoint and aligned, the order is deterministic.
 */
import type { Board, FileFacts, InputFile, Kconfig } from '../facts/facts.ts'
import type { PartialTree } from '../facts/partial-trees.ts'
import type { Dom0, Dom0lessDomain, FileReference, LoadMethod, SystemModel, XlDomain } from '../model/system-model.ts'
import type { Bytes, GuestPhys, HostPhys } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import type { PartitionPlan, PlannedCpupool } from './partition-plan.ts'
import type { Planned } from './provenance.ts'
import type { PlannedVirtio } from './virtio/planned-virtio.ts'

export interface SystemPlan extends PartitionPlan {
  readonly model: SystemModel
  readonly board: Board
  readonly kconfig?: Kconfig
  readonly inputs: readonly InputFile[]
  /** Where U-Boot may put images: what `load` was placed in, ascending. */
  readonly loadWindow: readonly Range<HostPhys>[]
  /** Everything that lies in memory when Xen starts, in the order in which U-Boot loads it. */
  readonly load: LoadPlan
  readonly dom0?: PlannedDom0
  /** In the order of their nodes: domain ids follow it. */
  readonly dom0less: readonly PlannedDom0less[]
  readonly xl: readonly PlannedXl[]
  /** In document order. */
  readonly virtio: readonly PlannedVirtio[]
}

export interface LoadPlan {
  readonly xen: LoadedFile
  /** Where `bootm` puts Xen before it starts it: the image's own choice. Absent: Xen starts where it was loaded. */
  readonly xenRuns?: Range<HostPhys>
  /** The tree in its slot. Its file is the complete tree, the board's own, or none: then U-Boot has the tree already. */
  readonly deviceTree: LoadedFile
  readonly bitstream?: LoadedFile
  /** Each file once, however many domains use it. */
  readonly modules: readonly LoadedFile[]
}

/** One file in the machine's memory. */
export interface LoadedFile {
  /** `xen`, `device-tree`, or the first user's `domains/<name>/kernel`. */
  readonly id: string
  readonly kind: 'xen' | 'device-tree' | 'kernel' | 'ramdisk' | 'partial-tree' | 'xsm-policy' | 'bitstream'
  /** Path on the boot medium, without the load method's prefix. POSIX, relative, never `..`. */
  readonly path: string
  /** How U-Boot reads it. */
  readonly load: LoadMethod
  /** What is known of the file; absent for the tree, which domforge makes itself. */
  readonly file?: FileFacts
  /** Exact size of the file, with what is put behind it; for the tree the size of its slot. */
  readonly size: Bytes
  /** A generated file that U-Boot puts behind it; zeros lie between the two. */
  readonly behind?: FileBehind
  readonly address: Planned<HostPhys>
  /** Kept free for it, from `address`: what the image says it needs, or the tree's slot. */
  readonly room: Range<HostPhys>
  /** Domains that use it, in order. */
  readonly usedBy: readonly string[]
  /** Pointer of the entity in the manifest that asks for it. */
  readonly pointer: string
}

/** A file that goes behind another, into the same module. */
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

export interface PlannedDom0less {
  readonly domain: Dom0lessDomain
  /** Xen assigns ids in the order of the domains' nodes, from 1. */
  readonly id: Planned<number>
  readonly kernel: LoadedFile
  readonly ramdisk?: LoadedFile
  /** RAM as the guest sees it, ascending. */
  readonly ram: readonly Range<GuestPhys>[]
  /** Where that RAM lies on the host, in Xen's order; absent: wherever Xen's heap has room. */
  readonly staticMem?: readonly Planned<Range<HostPhys>>[]
  readonly affinity: readonly PlannedAffinity[]
  readonly cpupool?: PlannedCpupool
  /** Absent: all colours. */
  readonly colors?: Planned<string>
  readonly partialTree?: PlannedPartialTree
  /** Why no xl configuration can bring this domain back; absent: it gets one. */
  readonly notRecreatable?: string
}

export interface PlannedXl {
  readonly domain: XlDomain
  /** What is known of its files, which lie in dom0: they are not loaded by U-Boot. */
  readonly kernel?: FileFacts
  readonly ramdisk?: FileFacts
  readonly ram: readonly Range<GuestPhys>[]
  readonly affinity: readonly PlannedAffinity[]
  readonly cpupool?: PlannedCpupool
  /** Absent: all colours. */
  readonly colors?: Planned<string>
  readonly partialTree?: PlannedPartialTree
}

/** A partial device tree and the domain's way to it. */
export interface PlannedPartialTree {
  readonly reference: FileReference
  readonly source: PartialTree
  /** Where the tree is made, and not the user's file as it is: its path below the output folder. */
  readonly output?: string
  /** In memory, for Xen; absent: the domain is xl's. */
  readonly module?: LoadedFile
}

/** Physical CPUs that one virtual CPU may run on. */
export interface PlannedAffinity {
  readonly vcpu: number
  /** Xen's logical ids, ascending. */
  readonly cpus: readonly number[]
  /** Of the entry in the manifest. */
  readonly pointer: string
}
