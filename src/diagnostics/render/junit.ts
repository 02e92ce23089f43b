/**
 * Findings as a JUnit report, as Jenkins and GitLab read it: errors are failures, what is accepted is skipped, all else has passed with a word.
 * No more attributes than junit-10.xsd has, which Jenkins' xUnit plugin holds reports to: a case's place is its class and its name.
 */
import type { Severity } from '../severity.ts'
import type { Part, Placed } from './arrange.ts'
import { position, prose } from './prose.ts'

/** One XML document, ending in a newline, with a suite for each part. */
export const renderJunit = (parts: readonly Part[]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${sums(parts)}>`,
    ...parts.flatMap(suiteOf),
    '</testsuites>',
    '',
  ].join('\n')

/** Without findings it has one case, since readers take an empty suite for a mistake. */
function suiteOf(part: Part): readonly string[] {
  const name = escaped(part.manifest ?? 'domforge')
  const none = `    <testcase classname="${name}" name="no findings"/>`
  return [
    `  <testsuite name="${name}" ${sums([part])} skipped="${countOf([part], 'accepted')}">`,
    ...(part.placed.length > 0 ? part.placed.map(caseOf) : [none]),
    '  </testsuite>',
  ]
}

function sums(parts: readonly Part[]): string {
  const tests = parts.reduce((sum, { placed }) => sum + Math.max(placed.length, 1), 0)
  return `tests="${tests}" failures="${countOf(parts, 'error')}" errors="0"`
}

const countOf = (parts: readonly Part[], severity: Severity): number =>
  parts.flatMap(({ placed }) => placed).filter(({ diagnostic }) => diagnostic.severity === severity).length

function caseOf(placed: Placed): string {
  const { diagnostic, at } = placed
  const name = `${diagnostic.code} at ${position(at)}`
  return [
    `    <testcase classname="${escaped(at.file)}" name="${escaped(name)}">`,
    `      ${outcomeOf(placed)}`,
    '    </testcase>',
  ].join('\n')
}

function outcomeOf(placed: Placed): string {
  const { severity, code, message, acceptance } = placed.diagnostic
  const text = escaped(prose(placed).join('\n'))
  if (severity === 'error') return `<failure message="${escaped(message)}" type="${code}">${text}</failure>`
  if (acceptance) return `<skipped message="${escaped(`accepted: ${acceptance.reason}`)}"/>`
  return `<system-out>${severity}: ${text}</system-out>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 has no way to write most control characters, lone surrogates and non-characters: they are spelled out (XML 1.0, 2.2 Characters). */
const escaped = (text: string): string =>
  text
    .replace(UNWRITABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '')

const UNWRITABLE = /[^\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu
