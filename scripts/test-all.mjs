// Runs all checks. The last line has the numbers of tests that passed and failed.
// A step that fails counts as a failed test; so do a skipped test of the projects oracle and boot, and a file without tests. Before the last line are the
// minutes of each step, including the preparation of boots, the slowest boots, the time of the lifecycle's boots, and what a waiver leaves out.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { countsOf, fixtures, notBooted, readReport, slowest, sumAndSpan } from './test-results.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const failures = []
/** Boots that a waiver leaves out, which nobody must overlook. */
const waived = []
/** Minutes by step, in order. */
const times = []
let passed = 0
let failed = 0

if (step('setup', process.execPath, ['scripts/setup.mjs'])) {
  step('qa', 'npm', ['run', '-s', 'qa'])
  step('build', 'npm', ['run', '-s', 'build'])
  await runTests()
}
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`)
if (passed === 0 && failed === 0) failed = 1
printTimes()
for (const line of waived) console.log(`\n${line}`)
process.exitCode = failed > 0 ? 1 : 0
console.log(`${passed} passed, ${failed} failed`)

function step(name, command, args) {
  console.log(`\n--- ${name}`)
  const elapsed = timer()
  const isDone = run(command, args)
  times.push([name, elapsed()])
  if (!isDone) fail(name)
  return isDone
}

/** Returns a function that returns the seconds since this call. */
function timer() {
  const start = performance.now()
  return () => (performance.now() - start) / 1000
}

function printTimes() {
  console.log(
    '\nMinutes by step (boots beside unit, then oracle; lifetimes after both; fixtures beside each other, before the boots)',
  )
  for (const [name, seconds] of times) console.log(`${(seconds / 60).toFixed(1).padStart(7)}  ${name}`)
}

/** Prints the boots that took longest, where time can be saved. */
function printSlowest(report) {
  console.log('\nThe slowest boots, in seconds')
  for (const [name, milliseconds] of slowest(report, 10))
    console.log(`${(milliseconds / 1000).toFixed(1).padStart(7)}  ${name}`)
}

/** Prints how long the lifecycle's boots took. Two machines run at a time, so that the span is shorter than the sum. */
function printLifetimes(report) {
  const { sum, span } = sumAndSpan(report)
  console.log(`\nBoots of the lifecycle: ${sum.toFixed(0)} s in sum, ${span.toFixed(0)} s from first to last`)
}

/**
 * Runs boots beside all other tests, since one machine at a time leaves a second processor mostly idle. The output of the others is shown when the boots are
 * over, so that lines do not mix. Boots of the lifecycle come last: they take longest, and mostly wait.
 */
async function runTests() {
  const scratch = mkdtempSync(join(tmpdir(), 'domforge-tests-'))
  const others = runVitest(scratch, 'unit', false).then(async (unit) => [
    unit,
    await runVitest(scratch, 'oracle', false),
  ])
  console.log('\n--- boot')
  const boots = await runVitest(scratch, 'boot', true)
  const rest = await others
  for (const { name, output } of rest) console.log(`\n--- ${name}\n${output}`)
  console.log('\n--- lifetimes')
  const lifetimes = await runVitest(scratch, 'lifetimes', true)
  for (const [name, seconds, message] of fixtures(boots.output)) {
    times.push([`fixture: ${name}`, seconds])
    if (message) fail(`fixture: ${name}: ${message}`)
  }
  waived.push(...notBooted(boots.output))
  for (const run of [boots, ...rest, lifetimes]) count(run)
  rmSync(scratch, { recursive: true })
}

function count({ name, report, isDone }) {
  const { passed: more, failures: found, notRun } = countsOf(report, root, isDone)
  passed += more
  for (const failure of found) fail(`${name}: ${failure}`)
  for (const test of notRun) console.log(`not run: ${test}`)
  const results = readReport(report)
  if (name === 'boot' && results) printSlowest(results)
  if (name === 'lifetimes' && results) printLifetimes(results)
}

/** Runs a project of vitest. Resolves with the path of its report and with its output, which `isShown` also shows at once. */
function runVitest(scratch, name, isShown) {
  const elapsed = timer()
  const report = join(scratch, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', name, ...reporters], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const [stream, shown] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])
    stream.on('data', (chunk) => {
      output += chunk
      if (isShown) shown.write(chunk)
    })
  return new Promise((resolve) => {
    const end = (isDone, said) => {
      times.push([name, elapsed()])
      resolve({ name, report, isDone, output: said })
    }
    child.once('error', (error) => end(false, `${error}`))
    child.once('close', (code) => end(code === 0, output))
  })
}

function fail(what) {
  failures.push(what)
  failed += 1
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0
}
