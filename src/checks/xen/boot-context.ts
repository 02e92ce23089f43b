/** What Xen finds when it starts: all that the rules about it look at. It can be made from any tree, without a manifest. */

import type { DeviceTree } from '../../devicetree/model.ts'
import type { Origin } from '../../diagnostics/diagnostic.ts'
import type { FileFacts, Kconfig } from '../../facts/facts.ts'
import type { Bytes, HostPhys } from '../../units/quantities.ts'
import type { Range } from '../../units/range.ts'
import type { ForkFeature } from '../../xen/fork-features.ts'
import type { Release } from '../../xen/releases.ts'

/** One boot of one Xen. */
export interface BootContext {
  /** The tree as U-Boot hands it over. */
  readonly tree: DeviceTree
  /** `totalsize` of the tree once flattened; absent: not known. */
  readonly treeSize?: Bytes
  readonly entry: 'booti' | 'bootm' | 'bootefi'
  readonly release: Release
  /** Third number of Xen's version; absent: not known. */
  readonly point?: number
  /** What this Xen has and upstream's does not; absent: nothing. */
  readonly features?: readonly ForkFeature[]
  /** Options that Xen was built with; absent: not known, and all that the tree needs are assumed. */
  readonly kconfig?: Kconfig
  /** Names of domains that do not run Linux, and may know of Xen without the tree that it makes for them; absent: there are none. */
  readonly notLinux?: ReadonlySet<string>
  /** What is loaded, and where; absent: not known. */
  readonly memory?: MemoryAtBoot
  /** Origins of single options of Xen's command line, by name. The others have that of the whole line. */
  readonly optionOrigins?: ReadonlyMap<string, Origin>
  /** Where findings point if no node of the tree has an origin for them. */
  readonly origin: Origin
}

/** Files in memory when Xen starts. */
export interface MemoryAtBoot {
  /** Xen itself, with all the room that its header asks for; absent: its place is not known. */
  readonly xen?: Range<HostPhys>
  /** Room of the flattened tree; absent: its place is not known. */
  readonly deviceTree?: Range<HostPhys>
  /** The modules' files. A module's `reg` has to begin where its file does. */
  readonly modules: readonly ModuleInMemory[]
  /** Whether `modules` are all that is loaded. Then a module of the tree that is not among them has no file. */
  readonly isComplete: boolean
}

/** The file of a module. */
export interface ModuleInMemory {
  /** Exactly the file's bytes. */
  readonly range: Range<HostPhys>
  /** Path of the file, or of the one that it is made from. */
  readonly path: string
  /** Absent: domforge generates the file. */
  readonly file?: FileFacts
  /** The tree in it, if it is a partial device tree. */
  readonly tree?: DeviceTree
}
