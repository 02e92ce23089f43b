/** One file of vitest's JSON report. */
interface FileResult {
  readonly name: string
  readonly status: string
  readonly assertionResults: readonly {
    readonly fullName: string
    readonly status: string
    readonly duration?: number
  }[]
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

export function fixtures(output: string): [name: string, seconds: number, failure: string | undefined][]

/** What a waiver lets the boots do without. */
export function notBooted(output: string): readonly string[]
