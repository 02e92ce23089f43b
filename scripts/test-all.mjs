// Everything there is to check, with the number of tests that passed and failed on the last line.
// A step that fails counts as a failed test; so does a test of the oracle or boot project that was skipped. What could not be booted by a
// waiver (test/debian/waivers.ts), how long each step took, and the slowest boots stand before that line.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const failures = []
/** Lines that a run of boots says and nobody may overlook. */
const notBooted = []
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
for (const line of new Set(notBooted)) console.log(`\n${line}`)
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

/** Seconds since it was called. */
function timer() {
  const start = performance.now()
  return () => (performance.now() - start) / 1000
}

function printTimes() {
  console.log('\nMinutes by step (the last two side by side)')
  for (const [name, seconds] of times) console.log(`${(seconds / 60).toFixed(1).padStart(7)}  ${name}`)
}

/** The boots that took longest, which is where time can be saved. */
function printSlowest({ testResults }) {
  const boots = testResults.flatMap(({ assertionResults }) => assertionResults)
  const slowest = boots.toSorted((a, b) => (b.duration ?? 0) - (a.duration ?? 0)).slice(0, 10)
  console.log('\nThe slowest boots, in seconds')
  for (const { fullName, duration = 0 } of slowest)
    console.log(`${(duration / 1000).toFixed(1).padStart(7)}  ${fullName}`)
}

/**
 * Boots beside everything else: one machine at a time leaves most of a second processor idle. What the others say is shown when the boots are
 * over, so that lines do not mix.
 */
async function runTests() {
  const scratch = mkdtempSync(join(tmpdir(), 'domforge-tests-'))
  const others = runVitest(scratch, 'tests that do not boot', ['unit', 'oracle'], false)
  console.log('\n--- tests that boot')
  const boots = await runVitest(scratch, 'tests that boot', ['boot'], true)
  const rest = await others
  console.log(`\n--- tests that do not boot\n${rest.output}`)
  notBooted.push(...(boots.output.match(/^NOT BOOTED: .*(?:\n {2}.*)*/gm) ?? []))
  if (existsSync(boots.report)) printSlowest(JSON.parse(readFileSync(boots.report, 'utf8')))
  for (const { report, isDone } of [boots, rest]) {
    const before = failed
    if (existsSync(report)) sum(JSON.parse(readFileSync(report, 'utf8')))
    else fail('vitest left no report')
    if (!isDone && failed === before) fail('vitest: an error outside of the tests, see above')
  }
  if (passed === 0) fail('no test passed')
  rmSync(scratch, { recursive: true })
}

/** Resolves when it is over, with the place of its report and with what it said, which is shown at once where `isShown`. */
function runVitest(scratch, name, projects, isShown) {
  const elapsed = timer()
  const report = join(scratch, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const chosen = projects.flatMap((project) => ['--project', project])
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...chosen, ...reporters], {
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
      resolve({ report, isDone, output: said })
    }
    child.once('error', (error) => end(false, `${error}`))
    child.once('close', (code) => end(code === 0, output))
  })
}

function sum({ testResults }) {
  for (const { name, status, assertionResults } of testResults) {
    const file = relative(root, name)
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed'))
      fail(`${file}: could not be run`)
    for (const test of assertionResults) {
      if (test.status === 'passed') passed += 1
      else if (test.status === 'failed') fail(`${file}: ${test.fullName}`)
      else if (/^test\/(oracle|boot)\//.test(file)) fail(`${file}: ${test.fullName} (${test.status})`)
      else console.log(`not run: ${file}: ${test.fullName} (${test.status})`)
    }
  }
}

function fail(what) {
  failures.push(what)
  failed += 1
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0
}
