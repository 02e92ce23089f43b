// Everything there is to check, with the number of tests that passed and failed on the last line.
// A step that fails counts as a failed test; so does a test of the oracle or boot project that was skipped.
import { spawn, spawnSync } from 'node:child_process'
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
  await runTests()
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

/**
 * Boots beside everything else: one machine at a time leaves most of a second processor idle. What the others say is shown when the boots are
 * over, so that lines do not mix.
 */
async function runTests() {
  const scratch = mkdtempSync(join(tmpdir(), 'domforge-tests-'))
  const others = runVitest(scratch, 'others', ['unit', 'oracle'], 'pipe')
  console.log('\n--- tests that boot')
  const boots = await runVitest(scratch, 'boots', ['boot'], 'inherit')
  const { output, ...rest } = await others
  console.log(`\n--- tests that do not boot\n${output}`)
  for (const { report, isDone } of [boots, rest]) {
    const before = failed
    if (existsSync(report)) sum(JSON.parse(readFileSync(report, 'utf8')))
    else fail('vitest left no report')
    if (!isDone && failed === before) fail('vitest: an error outside of the tests, see above')
  }
  if (passed === 0) fail('no test passed')
  rmSync(scratch, { recursive: true })
}

/** Resolves when it is over, with the place of its report, and with what it said unless that was shown at once. */
function runVitest(scratch, name, projects, output) {
  const report = join(scratch, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const chosen = projects.flatMap((project) => ['--project', project])
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...chosen, ...reporters], {
    cwd: root,
    stdio: ['ignore', output, output],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      said += chunk
    })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ report, isDone: false, output: `${error}` }))
    child.once('close', (code) => resolve({ report, isDone: code === 0, output: said }))
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
