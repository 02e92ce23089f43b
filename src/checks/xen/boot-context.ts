/** What Xen finds when it starts: everything that its rules are stated over. It can be made from any tree, without a manifest. */

import type { DeviceTree } from '../../devicetree/model.ts'
import type { Origin } from '../../diagnostics/diagnostic.ts'
import type { FileFacts, Kconfig } from '../../facts/facts.ts'
import type { Bytes, HostPhys } from '../../units/quantities.ts'
import type { Range } from '../../units/range.ts'
import type { ForkFeature } from '../../xen/fork-features.ts'
import type { Release } from '../../xen/releases.ts'

export interface BootContext {
  /** The tree as U-Boot hands it over. */
  readonly tree: DeviceTree
  /** `totalsize` of the tree once flattened; absent: not known. */
  readonly treeSize?: Bytes
  readonly entry: 'booti' | 'bootm' | 'bootefi'
  readonly release: Release
  /** Third number of Xen's version; absent: not known. */
  readonly point?: number
  /** What it has besides upstream's; absent: nothing. */
  readonly features?: readonly ForkFeature[]
  /** Absent: options are assumed. */
  readonly kconfig?: Kconfig
  /** Domains whose program is no Linux: what they know of Xen need not come from the tree that Xen makes. Absent: there is none. */
  readonly notLinux?: ReadonlySet<string>
  /** What lies in memory besides the tree's own description; absent: unknown. */
  readonly memory?: MemoryAtBoot
  /** Origins of options of Xen's command line, by name, where they are not the origin of the whole line. */
  readonly optionOrigins?: ReadonlyMap<string, Origin>
  /** Where findings point that no node of the tree carries an origin for. */
  readonly origin: Origin
}

export interface MemoryAtBoot {
  /** Xen itself, with everything that its header asks for; absent: where it lies is not known. */
  readonly xen?: Range<HostPhys>
  /** The slot of the flattened tree; absent: where it lies is not known. */
  readonly deviceTree?: Range<HostPhys>
  /** The modules' files, by the address that a module's `reg` must give. */
  readonly modules: readonly ModuleInMemory[]
  /** Whether `modules` are all that is loaded: then a module that is not among them has no file. */
  readonly isComplete: boolean
}

export interface ModuleInMemory {
  /** Exactly the file's bytes. */
  readonly range: Range<HostPhys>
  /** Of the file that it is, or is made of. */
  readonly path: string
  /** Absent: domforge generates the file. */
  readonly file?: FileFacts
  /** Of a partial device tree. */
  readonly tree?: DeviceTree
}
