/** One file of vitest's JSON report. */
interface FileResult {
  readonly name: string
  readonly status: string
  /** Why the file could not be run. */
  readonly message?: string
  readonly assertionResults: readonly {
    readonly fullName: string
    readonly status: string
    readonly duration?: number
    readonly failureMessages?: readonly string[]
  }[]
}

/** The same with the times at which it began and ended, in milliseconds. */
interface TimedFileResult extends FileResult {
  readonly startTime: number
  readonly endTime: number
}

interface Report {
  readonly testResults: readonly FileResult[]
}

/** `failures` and `notRun` have a text for each test, with its file and its full name. */
interface Counts {
  readonly passed: number
  readonly failures: readonly string[]
  readonly notRun: readonly string[]
}

/** What a run proves whose report should be at `file`. Fails if there is none, or if the run failed (`isDone` is false) although no test did. */
export function countsOf(file: string, root: string, isDone: boolean): Counts

/** A report; `undefined`: there is none, or it was cut off. */
export function readReport(file: string): Report | undefined

/** Counts a report; paths of files are relative to `root`. */
export function tally(report: Report, root: string): Counts

/** The `count` tests that took longest, the slowest first. */
export function slowest(report: Report, count: number): [name: string, milliseconds: number][]

/** Seconds that all tests took: their sum, and from the start of the first file to the end of the last. */
export function sumAndSpan(report: { readonly testResults: readonly TimedFileResult[] }): { sum: number; span: number }

/** What test/boot/setup.ts prepared, with seconds, and the message of a failure. */
export function fixtures(output: string): [name: string, seconds: number, failure: string | undefined][]

/** Lines about boots that a waiver leaves out. */
export function notBooted(output: string): readonly string[]
