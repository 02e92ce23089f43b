/** The lines that findings point at, for people to see them underlined. */
import { resolve } from 'node:path'
import type { Diagnostic, Origin } from '../diagnostics/diagnostic.ts'
import { readWhole } from '../facts/disk.ts'
import { LARGEST_TREE } from '../facts/host-tree.ts'

/** `findings` with the text of the source line where one is known; each file is read once, and only where something was found. */
export function withExcerpts(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const sources = new Map<string, readonly string[]>()
  const linesOf = (file: string): readonly string[] => {
    const known = sources.get(file)
    if (known) return known
    const read = readWhole(resolve(file), LARGEST_TREE)
    const lines = read.ok ? read.data.toString('utf8').split('\n') : []
    sources.set(file, lines)
    return lines
  }
  return findings.map((finding) => ({ ...finding, at: excerpt(finding.at, linesOf) }))
}

function excerpt(at: Origin, linesOf: (file: string) => readonly string[]): Origin {
  if (at.kind !== 'file' || at.line === undefined || at.text !== undefined) return at
  const text = linesOf(at.file)[at.line - 1]
  return text === undefined ? at : { ...at, text: text.replace(/\r$/, '') }
}
