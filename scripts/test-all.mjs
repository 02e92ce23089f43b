// Everything there is to check, with the number of tests that passed and failed on the last line.
// A step that fails counts as a failed test; so does a test of the oracle or boot project that was skipped.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const failures = []
let passed = 0
let failed = 0

if (step('setup', process.execPath, ['scripts/setup.mjs'])) {
  step('qa', 'npm', ['run', '-s', 'qa'])
  step('build', 'npm', ['run', '-s', 'build'])
  runTests()
}
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`)
if (passed === 0 && failed === 0) failed = 1
process.exitCode = failed > 0 ? 1 : 0
console.log(`${passed} passed, ${failed} failed`)

function step(name, command, args) {
  console.log(`\n--- ${name}`)
  const isDone = run(command, args)
  if (!isDone) fail(name)
  return isDone
}

function runTests() {
  console.log('\n--- tests')
  const scratch = mkdtempSync(join(tmpdir(), 'domforge-tests-'))
  const report = join(scratch, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const isDone = run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters])
  const before = failed
  if (existsSync(report)) sum(JSON.parse(readFileSync(report, 'utf8')))
  else fail('vitest left no report')
  if (passed === 0) fail('no test passed')
  if (!isDone && failed === before) fail('vitest: an error outside of the tests, see above')
  rmSync(scratch, { recursive: true })
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
