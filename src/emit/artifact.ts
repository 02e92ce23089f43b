import type { Assembly } from '../assemble/assembly.ts'

/** One output file, complete in memory. Holds no time stamp, host name or absolute path. */
export interface Artifact {
  /** Relative POSIX path below the output folder, unique. */
  readonly path: string
  readonly contents: string | Uint8Array
}

/** Turns an assembly into one kind of file. Total: whatever can fail was checked before. */
export interface Emitter {
  readonly name: string
  /** For `--help`. */
  readonly summary: string
  emit(assembly: Assembly): readonly Artifact[]
}
