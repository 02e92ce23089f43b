/**
 * What the manifest means: names resolved, quantities branded, defaults explicit. No address that the tool chooses.
 *
 * Fields keep the manifest's key names, so that the place of a value is its entity's pointer plus the field's name
 * (`originOf`). Whether a value was written or defaulted is in `SystemModel.defaulted`.
 */

import { type Acceptance, atValue, type ManifestOrigin, member } from '../diagnostics/diagnostic.ts'
import type { Bytes, HostPhys } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import type { ForkFeature } from '../xen/fork-features.ts'
import type { ScalarValues } from '../xen/guest-scalars.ts'
import type { Release } from '../xen/releases.ts'
import type { XenVersion } from '../xen/version.ts'
import type { Entity, NamedRange } from './entity.ts'
import type { ExtraProperty, ExtraXl } from './extra.ts'
import type { FileReference, PartialTreeFiles } from './files.ts'
import type { Lifecycle, PlatformResets } from './lifecycle/policy.ts'
import type { LoadMethod } from './load-method.ts'
import { lookup } from './lookup.ts'
import type {
  ArgoLink,
  CacheColoring,
  ColorChoice,
  Cpupool,
  EventChannel,
  SharedMemory,
  StaticHeap,
  StaticMemory,
} from './partition.ts'
import type { Passthrough } from './passthrough/device.ts'
import type { PvDisk, PvNetwork } from './pv-devices.ts'
import type { VirtioDevice } from './virtio/device.ts'

export type { Entity, NamedRange } from './entity.ts'
export type { ExtraProperty, ExtraXl } from './extra.ts'
export type { DeclaredSize, FileReference, PartialTreeFiles } from './files.ts'
export { type BlockInterface, isMedium, type LoadMethod, type MediumLoad, type MemoryLoad } from './load-method.ts'

export interface SystemModel {
  readonly name: string
  readonly platform: Platform
  readonly xen: Xen
  readonly boot: Boot
  /** In document order; at most one has `boot: dom0`. */
  readonly domains: readonly Domain[]
  /** In document order. */
  readonly 'shared-memory': readonly SharedMemory[]
  /** In document order. */
  readonly 'event-channels': readonly EventChannel[]
  /** In document order. */
  readonly argo: readonly ArgoLink[]
  /** In document order. */
  readonly virtio: readonly VirtioDevice[]
  /** Absent: the machine is never reset on purpose. */
  readonly 'platform-resets'?: PlatformResets
  readonly assert: Assertions
  /** What is accepted, at the top and in domains, in document order. */
  readonly accept: readonly Acceptance[]
  /** Pointers of the values that the manifest left out. */
  readonly defaulted: ReadonlySet<string>
}

/** What must hold of the system, whoever edits it. Names of nothing are reported (REF-009) and left out. */
export interface Assertions {
  /** In document order. */
  readonly isolated: readonly IsolatedDomains[]
  /** In document order. */
  readonly onlyReaches: readonly OnlyReaches[]
}

/** None of `domains` reaches another. */
export interface IsolatedDomains extends Entity {
  readonly name: string
  readonly domains: readonly string[]
}

/** `domain` reaches no domains but `others`. */
export interface OnlyReaches extends Entity {
  readonly domain: string
  readonly others: readonly string[]
}

export interface Platform extends Entity {
  readonly 'device-tree': FileReference
  /** In the order in which they are applied. */
  readonly overlays: readonly FileReference[]
  /** Nodes of the tree whose status becomes `okay`. */
  readonly enable: readonly NodeReference[]
  /** The RAM that may be used, in document order; empty: all that the tree lists. */
  readonly memory: readonly NamedRange[]
  /** Whether the tree says which RAM there is, or `memory` does and the tree's is a placeholder. */
  readonly 'memory-from': 'device-tree' | 'manifest'
  /** Ranges that the manifest takes out of the host's RAM, in document order. */
  readonly reserved: readonly NamedRange[]
  /** Whether firmware is assumed to keep the RAM that it is known to keep on boards with that SoC. */
  readonly firmware: 'assumed' | 'none'
}

/** A node of the host's tree, as written: a full path, or a name of `/aliases`. */
export interface NodeReference extends Entity {
  readonly path: string
}

export interface Xen extends Entity {
  /** By whose rules this Xen is judged. */
  readonly release: Release
  /** What the manifest says: two numbers or three, or those of the master branch. */
  readonly version: XenVersion
  /** What it has besides upstream's of that release. */
  readonly features: readonly ForkFeature[]
  readonly image: FileReference
  /** The `.config` that the image was built with. */
  readonly config?: FileReference
  /** For the image and the device tree; absent: `boot.load`. */
  readonly load?: LoadMethod
  /** As written; may be empty. */
  readonly bootargs: string
  /** Policy of FLASK; absent: what is compiled in. */
  readonly 'xsm-policy'?: FileReference
  /** Absent: all free RAM is heap. */
  readonly 'static-heap'?: StaticHeap
  /** In document order; none: one pool with all CPUs. */
  readonly cpupools: readonly Cpupool[]
  /** Absent: off. */
  readonly 'cache-coloring'?: CacheColoring
}

export interface Boot extends Entity {
  readonly load: LoadMethod
  /** Whether the tree that Xen gets is complete on the medium, or the board's own with U-Boot's additions. */
  readonly 'device-tree': 'merged' | 'commands'
  /** U-Boot's variable that holds the address of the board's own tree; absent: the platform's file is loaded. */
  readonly 'tree-from'?: string
  readonly command: BootCommandName
  /** Lines of U-Boot's script that come before the boot command, as written. Absent: none. */
  readonly 'extra-commands'?: readonly string[]
  readonly bitstream?: Bitstream
  /** Where images may be loaded; absent: RAM without what U-Boot uses. */
  readonly 'load-window'?: Range<HostPhys>
}

/** U-Boot's command that starts Xen; `none`: the user's own, with the addresses in variables. */
export type BootCommandName = 'booti' | 'bootm' | 'bootefi' | 'none'

/** What the FPGA is loaded with before Xen starts. */
export interface Bitstream extends Entity {
  readonly image: FileReference
  /** U-Boot's number of the FPGA. */
  readonly device: number
}

export type Domain = Dom0 | Dom0lessDomain | XlDomain

interface AnyDomain extends Entity {
  readonly name: string
  readonly kernel: Kernel
  readonly ramdisk?: FileReference
  readonly memory: Bytes
  /** Absent: no SVE. */
  readonly sve?: SveLength
  readonly os: GuestOs
}

/** Length of SVE vectors in bits; `hw`: as long as the machine's. */
export type SveLength = number | 'hw'

export type GuestOs = 'linux' | 'zephyr' | 'other'

export interface Kernel extends Entity {
  readonly image: FileReference
  /** The `.config` that it was built with. */
  readonly config?: FileReference
  /** As written; may be empty. */
  readonly bootargs: string
}

/** The domain that Xen builds with the host's devices; `memory` and `vcpus` become `dom0_mem` and `dom0_max_vcpus`. */
export interface Dom0 extends AnyDomain {
  readonly boot: 'dom0'
  /** `all`: one for each CPU of the pool of the boot CPU, which Xen counts (arch/arm/domain_build.c: dom0_max_vcpus). */
  readonly vcpus: number | 'all'
  /** Absent: `boot.load`. */
  readonly load?: LoadMethod
  /** Folder inside dom0 where the images of the domains that it creates lie. Absolute POSIX path without trailing slash. */
  readonly 'files-at': string
}

/** Limits that dom0less and xl domains share; absent: Xen's default. */
interface GuestDomain extends AnyDomain, ScalarValues<Bytes> {
  readonly vcpus: number
  /** Partial device tree that goes into the domain's own. */
  readonly 'device-tree'?: PartialTreeFiles
  /** Served by another domain with drivers for Xen, in document order. */
  readonly disks: readonly PvDisk[]
  /** Likewise. */
  readonly networks: readonly PvNetwork[]
  /** In document order; empty: it has no device of the host. */
  readonly passthrough: readonly Passthrough[]
  /** Ascending by virtual CPU; those that are not here may run anywhere. */
  readonly 'hard-affinity'?: readonly VcpuAffinity[]
  /** Name of a cpupool of `xen`; absent: the pool of the boot CPU. */
  readonly cpupool?: string
  /** Absent: all colours. */
  readonly 'llc-colors'?: ColorChoice
  /** How it controls clocks and power; absent: it does not. */
  readonly sci?: 'scmi_smc'
  /** Absent: nothing looks after it. */
  readonly lifecycle?: Lifecycle
  /** Further keys of the xl configuration, in document order. */
  readonly 'extra-xl': readonly ExtraXl[]
}

/** Physical CPUs that one virtual CPU may run on, by the names of their nodes. */
export interface VcpuAffinity extends Entity {
  readonly vcpu: number
  readonly cpus: readonly string[]
}

/** A right that Xen gives to a domain that it builds. */
export type Capability = 'control' | 'hardware' | 'xenstore'

/** A domain that Xen builds at boot from `/chosen`. */
export interface Dom0lessDomain extends GuestDomain {
  readonly boot: 'dom0less'
  /** Absent: none. */
  readonly capabilities?: readonly Capability[]
  /** Absent: `boot.load`. */
  readonly load?: LoadMethod
  readonly console: 'vpl011' | 'none'
  readonly enhanced: 'enabled' | 'legacy' | 'no-xenstore' | 'disabled'
  /** Absent: RAM comes from Xen's heap. */
  readonly 'static-mem'?: StaticMemory
  /** The guest sees the host's addresses. */
  readonly 'direct-map': boolean
  /** Further properties of the domain's node, in document order. */
  readonly 'extra-properties': readonly ExtraProperty[]
}

/** A domain that dom0 creates with xl. */
export interface XlDomain extends GuestDomain {
  readonly boot: 'xl'
  readonly console: 'pv' | 'vpl011'
}

export type Guest = Dom0lessDomain | XlDomain

/** Where the value of `key` stands in the manifest, or would stand had it been written. */
export const originOf = <E extends Entity>(entity: E, key: keyof E & string): ManifestOrigin =>
  atValue(member(entity.pointer, key))

/** Whether the manifest says `key`, rather than leaving it to its default. */
export const isGiven = <E extends Entity>(model: SystemModel, entity: E, key: keyof E & string): boolean =>
  !model.defaulted.has(member(entity.pointer, key))

/** Whether Xen gives it the host's devices, in place of a dom0. */
export const isHardwareDomain = ({ capabilities }: Pick<Dom0lessDomain, 'capabilities'>): boolean =>
  capabilities?.includes('hardware') ?? false

const bootedAs = lookup(({ boot }: Domain) => [boot])

export const dom0Of = (model: SystemModel): Dom0 | undefined =>
  bootedAs(model.domains, 'dom0').find((domain): domain is Dom0 => domain.boot === 'dom0')

export const dom0lessOf = (model: SystemModel): readonly Dom0lessDomain[] =>
  model.domains.filter((domain): domain is Dom0lessDomain => domain.boot === 'dom0less')

export const xlDomainsOf = (model: SystemModel): readonly XlDomain[] =>
  model.domains.filter((domain): domain is XlDomain => domain.boot === 'xl')
