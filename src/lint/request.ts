/** What is to be judged: a tree, and what is known of how it is booted. */
import type { HostPhys } from '../units/quantities.ts'
import type { XenVersion } from '../xen/version.ts'

export interface LintRequest {
  /** The tree that Xen is handed: path of a blob or a source. */
  readonly tree: string
  /** Laid over the tree, in order. */
  readonly overlays: readonly string[]
  /** Versions that domforge knows, as asked for; none: what the files say, else every release. */
  readonly releases: readonly XenVersion[]
  /** Path of the `.config` that Xen was built with; absent: not known. */
  readonly config?: string
  /** What is loaded besides the tree, as far as it is known. */
  readonly files: readonly LoadedAt[]
  /** How U-Boot starts Xen. */
  readonly entry: 'booti' | 'bootm' | 'bootefi'
}

/** A file in memory. */
export interface LoadedAt {
  readonly address: HostPhys
  readonly path: string
}
