import type { Assembly } from '../assemble/assembly.ts'

/** One output file, complete in memory. Holds no time stamp, host name or absolute path. */
export interface Artifact {
  /** Relative POSIX path below the output folder, unique. */
  readonly path: string
  readonly contents: string | Uint8Array
  /** Its places in the file systems of domains; absent: no domain gets the file. */
  readonly install?: readonly InstallPlace[]
}

/** A place in the file system of a domain. */
export interface InstallPlace {
  readonly domain: string
  /** Absolute POSIX path. */
  readonly at: string
  readonly mode: '0644' | '0755'
  /** The init system that it is for; absent: any. */
  readonly init?: 'systemd' | 'sysvinit' | 'openrc'
}

/** What an artefact may depend on besides the assembly. */
export interface EmitSettings {
  /** Seconds since 1970 for formats that must have a time: `SOURCE_DATE_EPOCH`, else 0. */
  readonly timestamp: number
}

/** Turns an assembly into files of one kind. Never fails: all that could was checked before. */
export interface Emitter {
  readonly name: string
  /** For `--help`. */
  readonly summary: string
  emit(assembly: Assembly, settings: EmitSettings): readonly Artifact[]
}
