/** A well-formed manifest: plain values for the schema, and the way from a pointer back to its line. Knows no domain word. */
import type { FileOrigin, ManifestOrigin } from '../diagnostics/diagnostic.ts'

export interface SourceDocument {
  /** As the user gave it. */
  readonly file: string
  /** Absolute path of the folder that the paths in the manifest are relative to. */
  readonly folder: string
  /**
   * JSON-like: objects (without prototype), arrays, strings, booleans, numbers, null. Integers beyond ±(2^53 − 1) are
   * strings `0x…`, exact, and listed in `wideIntegers`. Aliases are replaced by what they stand for.
   */
  readonly value: unknown
  /** Integers that no number holds exactly, by pointer. */
  readonly wideIntegers: ReadonlyMap<string, bigint>
  /** The characters of the scalar at `pointer`, without quotes: `4.20` where the value is 4.2. `undefined`: no scalar is there. */
  readonly written: (pointer: string) => string | undefined
  /**
   * The place of a key or value, through aliases: what an alias stands for, where that is written. Something absent is
   * at the closest thing above it that is there; a map or list over several lines is at its key.
   */
  readonly locate: (origin: ManifestOrigin) => FileOrigin
}
