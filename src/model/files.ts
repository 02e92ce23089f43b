/** Files that the manifest names. */
import type { Bytes } from '../units/quantities.ts'
import type { Entity } from './entity.ts'

/** A file that the manifest names. */
export interface FileReference extends Entity {
  /** As written. */
  readonly path: string
  /** Absolute path of the folder that `path` is relative to. Never leaves the tool. */
  readonly folder: string
  /** The manifest names no file that can be meant, which was reported: this one is never looked for. */
  readonly isNone?: true
  /** With it the file may be missing. */
  readonly declared?: DeclaredSize
}

/** A partial device tree, with what is laid over it. */
export interface PartialTreeFiles extends FileReference {
  /** In the order in which they are applied. */
  readonly overlays: readonly FileReference[]
}

/** The largest size that a file may have: more than 0, below 4 GiB. */
export interface DeclaredSize extends Entity {
  readonly size: Bytes
}
