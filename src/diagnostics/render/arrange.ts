/** Findings in the order in which people read them: by file and position, each once, with places instead of pointers. */
import type { Diagnostic, FileOrigin, ManifestOrigin, Origin } from '../diagnostic.ts'
import { InternalError } from '../internal-error.ts'

/** Finds the place of a manifest pointer; a pointer to something absent gives the closest thing above it. */
export type Locate = (origin: ManifestOrigin) => FileOrigin

/** For a run without a manifest, or without a readable one: then no finding has a pointer, and none is told in its keys. */
export const nowhere: Locate = ({ pointer }) => {
  throw new InternalError(`a finding points into a manifest that was not read: ${pointer}`)
}

/** A place as it is shown: the pointer is kept where there is one. */
export interface Place extends FileOrigin {
  readonly pointer?: string
}

export interface PlacedRelated {
  readonly at: Place
  readonly message: string
}

/** A finding whose places are lines and columns. */
export interface Placed {
  readonly diagnostic: Diagnostic
  /** What to do, in the manifest's keys where there is a manifest. */
  readonly help: string | undefined
  readonly at: Place
  readonly related: readonly PlacedRelated[]
  /** As the user named it; only where findings of several stand together. */
  readonly manifest?: string
}

/** What was found in one manifest of several, or (without its name) in all that there was to look at. */
export interface Part {
  readonly manifest?: string
  readonly placed: readonly Placed[]
}

/** Findings of one manifest, each with its name. */
export const partOf = (manifest: string, placed: readonly Placed[]): Part => ({
  manifest,
  placed: placed.map((one) => ({ manifest, ...one })),
})

/**
 * Sorted: the manifest first, then other files in the order in which findings name them; within a file by line and
 * column, what has no line first; otherwise in the order of reporting. Findings that read the same are shown once.
 */
export function arrange(diagnostics: readonly Diagnostic[], locate: Locate): readonly Placed[] {
  const placed = withoutRepetitions(diagnostics.map((diagnostic) => place(diagnostic, locate)))
  const manifests = placed.filter(({ diagnostic }) => diagnostic.at.kind === 'manifest')
  const files = [...new Set([...manifests, ...placed].map(({ at }) => at.file))]
  const rank = new Map(files.map((file, index) => [file, index]))
  return placed.toSorted(
    (a, b) =>
      (rank.get(a.at.file) ?? 0) - (rank.get(b.at.file) ?? 0) ||
      (a.at.line ?? 0) - (b.at.line ?? 0) ||
      (a.at.column ?? 0) - (b.at.column ?? 0),
  )
}

function place(diagnostic: Diagnostic, locate: Locate): Placed {
  const placeOf = (at: Origin): Place => (at.kind === 'file' ? at : { pointer: at.pointer, ...locate(at) })
  const related = (diagnostic.related ?? []).map(({ at, message }) => ({ at: placeOf(at), message }))
  const { help, remedy } = diagnostic
  return { diagnostic, help: locate === nowhere ? help : (remedy ?? help), at: placeOf(diagnostic.at), related }
}

function withoutRepetitions(placed: readonly Placed[]): readonly Placed[] {
  const seen = new Set<string>()
  return placed.filter(({ diagnostic, at }) => {
    const { file, line = 0, column = 0, node = '' } = at
    const key = [diagnostic.code, diagnostic.severity, file, line, column, node, diagnostic.message].join('\0')
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
