/**
 * What the tool tells its user about their input. A finding is data; how it looks on a terminal or in JSON is decided in
 * `render/`. Findings are reported, never thrown: one run shows all of them.
 */
import type { Code } from './catalogue/index.ts'
import type { Severity } from './severity.ts'

/** A place in the manifest: a refused value is shown at its value, a name at its key. */
export interface ManifestOrigin {
  readonly kind: 'manifest'
  /** JSON pointer (RFC 6901) into the merged manifest. */
  readonly pointer: string
  readonly on: 'key' | 'value'
  /** The word of the value that is meant, where that is text of several; where it is not written like that, all of the value is. */
  readonly word?: string
}

/** A place in another file that the user gave us, or in the manifest where it is not even YAML. */
export interface FileOrigin {
  readonly kind: 'file'
  /** As the user wrote it. */
  readonly file: string
  /** From 1. */
  readonly line?: number
  /** From 1, in UTF-16 units, as editors count. */
  readonly column?: number
  /** First column past the place, on the same line. */
  readonly endColumn?: number
  /** The whole line, where it can be shown with the place underlined. */
  readonly text?: string
  /** Path of a device-tree node, where that says more than a line. */
  readonly node?: string
}

/** Where something comes from. Carried by values all the way to the emitted tree, so that a finding there has a line. */
export type Origin = ManifestOrigin | FileOrigin

export interface Related {
  readonly at: Origin
  readonly message: string
}

/** What a rule says of one violation; code and severity come from the catalogue. */
export interface Finding {
  readonly at: Origin
  /** What is wrong and why, with the actual values. One line, no full stop. */
  readonly message: string
  /** What Xen, U-Boot, xl or the guest would do; default: the catalogue's. */
  readonly effect?: string
  /** What to do about it, in the words of what is wrong: properties of the tree and options for a rule of Xen's, keys of xl. */
  readonly help?: string
  /** The same in the manifest's keys, where those differ: shown instead where there is a manifest. */
  readonly remedy?: string
  readonly related?: readonly Related[]
  /** The rule could not be decided from what is known; `message` says what is missing. */
  readonly undecided?: true
  /** Of what is missing, or left to its default: not reported where the manifest gives one of these, or something in it, and that was refused. */
  readonly unless?: readonly string[]
}

/** What to do about a finding. */
export type WayOut = Pick<Finding, 'help' | 'remedy'>

export interface Diagnostic extends Finding {
  readonly code: Code
  readonly severity: Severity
  /** By what it is accepted; absent: it is not. */
  readonly acceptance?: Acceptance
}

/** Something that the user knows of and accepts. */
export interface Acceptance {
  readonly code: Code
  readonly reason: string
  /** Pointer of the entry that says so. */
  readonly pointer: string
  /** Only findings that point here or below; absent: all. */
  readonly below?: string
  /** Beside `below`: a file about which it may be, too, since all that have it accept this. */
  readonly file?: string
}

/** Takes a finding; the severity is the catalogue's unless the caller lowers it (a rule that cannot be decided is a note). */
export type Report = (code: Code, finding: Finding, severity?: Severity) => void

/** A `Report` that answers with the severity that the finding is shown with: where the user accepts it, that. */
export type Judge = (code: Code, finding: Finding, severity?: Severity) => Severity

export const atKey = (pointer: string): ManifestOrigin => ({ kind: 'manifest', pointer, on: 'key' })
export const atValue = (pointer: string): ManifestOrigin => ({ kind: 'manifest', pointer, on: 'value' })
export const inFile = (file: string, place: Omit<FileOrigin, 'kind' | 'file'> = {}): FileOrigin => ({
  kind: 'file',
  file,
  ...place,
})

/** `pointer` of a member of the thing at `parent` (RFC 6901 escaping). */
export const member = (parent: string, key: string | number): string =>
  `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
