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

/** With the times at which it began and ended, in milliseconds. */
interface TimedFileResult extends FileResult {
  readonly startTime: number
  readonly endTime: number
}

interface Report {
  readonly testResults: readonly FileResult[]
}

interface Counts {
  readonly passed: number
  readonly failures: readonly string[]
  readonly notRun: readonly string[]
}

export function countsOf(file: string, root: string, isDone: boolean): Counts

export function readReport(file: string): Report | undefined

export function tally(report: Report, root: string): Counts

export function slowest(report: Report, count: number): [name: string, milliseconds: number][]

export function sumAndSpan(report: { readonly testResults: readonly TimedFileResult[] }): { sum: number; span: number }

export function fixtures(output: string): [name: string, seconds: number, failure: string | undefined][]

/** What a waiver lets the boots do without. */
export function notBooted(output: string): readonly string[]
