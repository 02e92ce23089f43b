// Vitest's JSON reports, as test-all counts them.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** Files whose tests must not be skipped: CI is there for these. */
const MUST_RUN = /^test\/(oracle|boot)\//

/**
 * What a run proves whose report should be at `file`. `failures` and `notRun` as for `tally`, with one more failure for a run that left no report, or that
 * failed (`isDone` is false) although its report names none.
 */
export function countsOf(file, root, isDone) {
  const report = readReport(file)
  if (!report) return { passed: 0, failures: ['vitest left no report'], notRun: [] }
  const counts = tally(report, root)
  if (!isDone && counts.failures.length === 0) counts.failures.push('an error outside of the tests, see above')
  return counts
}

/** A report; `undefined`: there is none, or it was cut off. */
export function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Counts a report. `failures` has an entry for each test that failed, and each file that could not be run or has no test, with the reason in further lines;
 * `notRun` has the skipped tests that may be skipped.
 */
export function tally({ testResults }, root) {
  const counted = { passed: 0, failures: [], notRun: [] }
  for (const result of testResults) countFile(relative(root, result.name), result, counted)
  if (counted.passed === 0 && counted.failures.length === 0) counted.failures.push('no test passed')
  return counted
}

function countFile(file, { status, message, assertionResults: tests }, counted) {
  if (status === 'failed' && !tests.some((test) => test.status === 'failed'))
    counted.failures.push(`${file}: could not be run${essence(message)}`)
  else if (tests.length === 0) counted.failures.push(`${file}: has no test`)
  for (const { fullName, status: result, failureMessages } of tests) {
    if (result === 'passed') counted.passed += 1
    else if (result === 'failed') counted.failures.push(`${file}: ${fullName}${essence(...(failureMessages ?? []))}`)
    else if (MUST_RUN.test(file)) counted.failures.push(`${file}: ${fullName} (${result})`)
    else counted.notRun.push(`${file}: ${fullName} (${result})`)
  }
}

/** The first lines of what a test said when it failed, without the stack. Long lines, such as random inputs, are cut. */
function essence(...messages) {
  const lines = stripVTControlCharacters(messages.filter(Boolean).join('\n'))
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^ +at /.test(line))
  return lines
    .slice(0, 16)
    .map((line) => `\n      ${line.length > 400 ? `${line.slice(0, 400)} …` : line}`)
    .join('')
}

/** The tests that took longest, as `[name, milliseconds]`, the slowest first. */
export function slowest({ testResults }, count) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  return tests
    .map(({ fullName, duration }) => [fullName, duration ?? 0])
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
}

/** Seconds that all tests took: their sum, and from the start of the first file to the end of the last. */
export function sumAndSpan({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const sum = tests.reduce((total, { duration }) => total + (duration ?? 0), 0)
  const starts = testResults.map(({ startTime }) => startTime)
  const ends = testResults.map(({ endTime }) => endTime)
  return { sum: sum / 1000, span: (Math.max(...ends) - Math.min(...starts)) / 1000 }
}

/** Lines of test/boot/setup.ts about boots that a waiver leaves out (test/debian/waivers.ts). */
export const notBooted = (output) => output.match(/^NOT BOOTED: .*(?:\n {2}.*)*/gm) ?? []

/** What test/boot/setup.ts prepared, by its lines: `[name, seconds, message of a failure]`. */
export const fixtures = (output) =>
  [...output.matchAll(/^fixture: (.*?): (?:FAILED after )?([\d.]+) s(?:: (.*(?:\n {2}.*)*))?$/gm)].map(
    ([, name, seconds, message]) => [name, Number(seconds), message],
  )
