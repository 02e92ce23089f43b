/** What every part of the model reads with: where findings go, and which values were left to their default. */
import { member, type Report } from '../diagnostics/diagnostic.ts'
import type { SourceDocument } from '../source/document.ts'
import type { ForkFeature } from '../xen/fork-features.ts'

/** The folder that `path` is relative to, of those where it may be; `folder` is that of the file which says it. */
export type FolderFinder = (folder: string, path: string) => string

export interface ModelContext {
  readonly source: SourceDocument
  readonly report: Report
  readonly findFolder: FolderFinder
  /** What the system's Xen has besides upstream's. */
  readonly features: readonly ForkFeature[]
  /** Filled while reading; see `SystemModel.defaulted`. */
  readonly defaulted: Set<string>
}

/** `value`, or `fallback` where the manifest says nothing at `pointer`/`key`; that is recorded. */
export function orDefault<T>(
  context: ModelContext,
  pointer: string,
  key: string,
  value: T | undefined,
  fallback: T,
): T {
  if (value !== undefined) return value
  context.defaulted.add(member(pointer, key))
  return fallback
}
