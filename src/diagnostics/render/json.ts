/** Findings for programs: the same records as the text, in the same order. Described by `schemas/diagnostics.schema.json`. */
import type { Diagnostic } from '../diagnostic.ts'
import { arrange, type Locate, type Place, type Placed } from './arrange.ts'

/** Raised when a program that reads the output would have to change. */
const VERSION = 1

/** One JSON document, ending in a newline. `ok`: no finding is an error. */
export const renderJson = (diagnostics: readonly Diagnostic[], locate: Locate): string =>
  jsonOf(arrange(diagnostics, locate))

/** The same of findings that have been arranged. */
export function jsonOf(placed: readonly Placed[]): string {
  const record = {
    version: VERSION,
    ok: !placed.some(({ diagnostic }) => diagnostic.severity === 'error'),
    diagnostics: placed.map(recordOf),
  }
  return `${JSON.stringify(record, null, 2)}\n`
}

/** The findings alone, as they stand in every document that holds some. */
export const recordsOf = (diagnostics: readonly Diagnostic[], locate: Locate): readonly object[] =>
  arrange(diagnostics, locate).map(recordOf)

/** `JSON.stringify` leaves out what is undefined. */
const recordOf = ({ diagnostic, help, at, related, manifest }: Placed): object => ({
  code: diagnostic.code,
  severity: diagnostic.severity,
  message: diagnostic.message,
  effect: diagnostic.effect,
  help,
  reason: diagnostic.acceptance?.reason,
  manifest,
  at: placeOf(at),
  related: related.map((entry) => ({ at: placeOf(entry.at), message: entry.message })),
})

const placeOf = ({ file, line, column, endColumn, pointer, node }: Place): object => ({
  file,
  line,
  column,
  endColumn,
  pointer,
  node,
})
