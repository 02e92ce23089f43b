import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { countsOf, fixtures, slowest, sumAndSpan, tally } from '../../scripts/test-results.mjs'

const file = (name: string, status: string, ...results: readonly string[]) => ({
  name: `/p/test/${name}`,
  status,
  assertionResults: results.map((result, at) => ({ fullName: `${at}`, status: result, duration: at })),
})

const failuresOf = (...files: ReturnType<typeof file>[]): readonly string[] =>
  tally({ testResults: files }, '/p').failures

test('boots side by side: their sum, and the time from the first to the last', () => {
  const boots = [
    { ...file('boot/a.test.ts', 'passed', 'passed'), startTime: 10_000, endTime: 70_000 },
    { ...file('boot/b.test.ts', 'passed', 'passed', 'passed'), startTime: 11_000, endTime: 99_000 },
  ]
  const took = [[60_000], [40_000, 44_000]]
  const testResults = boots.map((boot, at) => ({
    ...boot,
    assertionResults: boot.assertionResults.map((result, number) => ({ ...result, duration: took[at]?.[number] ?? 0 })),
  }))
  expect(sumAndSpan({ testResults })).toEqual({ sum: 144, span: 89 })
})

describe('what a run proves', () => {
  test('passed tests are counted, failed ones named', () => {
    const testResults = [
      file('a.test.ts', 'passed', 'passed', 'passed'),
      file('b.test.ts', 'failed', 'failed', 'passed'),
    ]
    expect(tally({ testResults }, '/p')).toEqual({ passed: 3, failures: ['test/b.test.ts: 0'], notRun: [] })
  })

  test('a failure says what the test said, without the stack, and not endlessly', () => {
    const { assertionResults, ...rest } = file('a.test.ts', 'failed', 'failed')
    const said = ['\x1b[31mAssertionError: 1 is not 2\x1b[39m', '', '    at there (a.ts:1:2)', 'x'.repeat(500)]
    const failureMessages = [[...said, ...Array.from({ length: 40 }, () => 'more')].join('\n')]
    const testResults = [{ ...rest, assertionResults: assertionResults.map((test) => ({ ...test, failureMessages })) }]
    const [first, ...lines] = tally({ testResults }, '/p').failures[0]?.split('\n      ') ?? []
    expect(first).toBe('test/a.test.ts: 0')
    expect(lines.slice(0, 3)).toEqual(['AssertionError: 1 is not 2', `${'x'.repeat(400)} …`, 'more'])
    expect(lines).toHaveLength(16)
  })

  test('a file that cannot be loaded says why', () => {
    const failed = { ...file('a.test.ts', 'failed'), message: 'no such module' }
    expect(failuresOf(failed)).toEqual(['test/a.test.ts: could not be run\n      no such module'])
  })

  test.each(['oracle', 'boot'])('a skipped test of %s has failed', (project) => {
    expect(failuresOf(file(`${project}/a.test.ts`, 'passed', 'passed', 'skipped', 'todo'))).toHaveLength(2)
  })

  test('another skipped test is named, and has not failed', () => {
    const { failures, notRun } = tally({ testResults: [file('a.test.ts', 'passed', 'passed', 'pending')] }, '/p')
    expect([failures.length, notRun.length]).toEqual([0, 1])
  })

  test.each([
    ['a file without tests', file('boot/a.test.ts', 'passed')],
    ['a file that cannot be loaded', file('boot/a.test.ts', 'failed')],
    ['a hook that failed after the tests', file('boot/a.test.ts', 'failed', 'passed')],
  ])('%s has failed', (_, failed) => {
    expect(failuresOf(file('b.test.ts', 'passed', 'passed'), failed)).toHaveLength(1)
  })

  test('a run of nothing has failed', () => {
    expect(failuresOf()).toEqual(['no test passed'])
  })
})

describe('a run whose report', () => {
  const folder = mkdtempSync(join(tmpdir(), 'domforge-reports-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const whole = JSON.stringify({ testResults: [file('a.test.ts', 'passed', 'passed')] })
  const countsFor = (text: string | undefined, isDone: boolean) => {
    const report = join(folder, 'report.json')
    if (text === undefined) rmSync(report, { force: true })
    else writeFileSync(report, text)
    const { passed, failures } = countsOf(report, '/p', isDone)
    return [passed, failures.length]
  }

  test('is missing or cut off has failed once', () => {
    expect(countsFor(undefined, false)).toEqual([0, 1])
    expect(countsFor(whole.slice(0, -1), true)).toEqual([0, 1])
  })

  test('names no failure counts what it says, and has failed once if vitest has', () => {
    expect(countsFor(whole, true)).toEqual([1, 0])
    expect(countsFor(whole, false)).toEqual([1, 1])
  })
})

test('the slowest tests come first', () => {
  const testResults = [file('a.test.ts', 'passed', ...Array(5).fill('passed'))]
  expect(slowest({ testResults }, 2)).toEqual([
    ['4', 4],
    ['3', 3],
  ])
})

test('fixtures are found in what a run says, with why one cannot be had', () => {
  const output =
    'x\nfixture: Xen 4.17: 12.5 s\n\nfixture: Xen 4.20: FAILED after 3.0 s: no place has it\n  here: 404\n  there: 404\ny\n'
  expect(fixtures(output)).toEqual([
    ['Xen 4.17', 12.5, undefined],
    ['Xen 4.20', 3, 'no place has it\n  here: 404\n  there: 404'],
  ])
})
