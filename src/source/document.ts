/** A well-formed manifest: plain values for the schema, and the way from a pointer back to its line. Knows no domain word. */
import type { FileOrigin, ManifestOrigin } from '../diagnostics/diagnostic.ts'

/** A file that a manifest consists of. */
export interface SourceFile {
  /** POSIX path relative to the folder of the manifest; absolute where the two have no folder in common. */
  readonly path: string
  /** Its bytes. */
  readonly data: Uint8Array
}

export interface SourceDocument {
  /** As the user gave it. */
  readonly file: string
  /** Absolute path of the folder of `file`. */
  readonly folder: string
  /** Everything that was read for it: its bases in the order in which they were merged, and last `file` itself. */
  readonly files: readonly SourceFile[]
  /** Absolute path of the folder that a path at `pointer` is relative to: that of the file which says it. */
  readonly folderOf: (pointer: string) => string
  /**
   * All files merged. JSON-like: objects (without prototype), arrays, strings, booleans, numbers, null. Integers beyond ±(2^53 − 1) are
   * strings `0x…`, exact, and listed in `wideIntegers`. Aliases are replaced by what they stand for.
   */
  readonly value: unknown
  /** Integers that no number holds exactly, by pointer. */
  readonly wideIntegers: ReadonlyMap<string, bigint>
  /** The characters of the scalar at `pointer`, without quotes: `4.20` where the value is 4.2. `undefined`: no scalar is there. */
  readonly written: (pointer: string) => string | undefined
  /**
   * The place of a key or value, through aliases: what an alias stands for, where that is written. Something absent is
   * at the closest thing above it that is there; a map or list over several lines is at its key. Of several files that
   * say it, the one that says it last.
   */
  readonly locate: (origin: ManifestOrigin) => FileOrigin
}
