// The random tests with many more inputs, which take too long for every run. To be run by hand, before a capability is called finished: all of them, or those
// that are named (`npm run test:long -- links boards`).
// Prints what each did, and ends like test-all with the numbers of tests that passed and failed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { countsOf } from './test-results.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs by name: test files, their project of vitest, and how many random inputs each test gets. */
const RUNS = {
  manifests: ['unit', 10_000, ['test/properties/whole-manifests.test.ts', 'test/properties/whole-trees.test.ts']],
  hostile: ['unit', 2000, ['test/cli/hostile-runs.test.ts']],
  'mutated-boards': ['oracle', 10_000, ['test/oracle/mutated-boards.test.ts']],
  links: ['oracle', 20_000, ['test/oracle/static-link-schedules.test.ts']],
  boards: ['oracle', 1, ['test/oracle/board-findings.test.ts']],
  devices: ['oracle', 1, ['test/oracle/board-devices.test.ts']],
  'first-manifests': ['oracle', 1, ['test/oracle/first-manifests.test.ts']],
  mutants: ['boot', 2000, ['test/boot/mutations.test.ts']],
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(RUNS)
const unknown = names.filter((name) => !Object.hasOwn(RUNS, name))
if (unknown.length > 0) {
  console.error(`test:long: no run is named ${unknown.join(', ')}; there are ${Object.keys(RUNS).join(', ')}`)
  process.exit(2)
}

let passed = 0
const failures = []
const scratch = mkdtempSync(join(tmpdir(), 'domforge-long-'))
for (const name of names) {
  const [project, runs, files] = RUNS[name]
  const start = performance.now()
  const { passed: more, failures: found } = runTests(project, runs, files, join(scratch, `${name}.json`))
  passed += more
  for (const failure of found) failures.push(`${files.join(', ')}: ${failure}`)
  const minutes = (performance.now() - start) / 60_000
  console.log(`\n${name}: ${runs} inputs each, ${minutes.toFixed(1)} minutes: ${files.join(', ')}`)
}
rmSync(scratch, { recursive: true, force: true })
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`)
process.exitCode = failures.length > 0 ? 1 : 0
console.log(`${passed} passed, ${failures.length} failed`)

function runTests(project, runs, files, report) {
  const words = ['run', '--project', project, '--testTimeout', '7200000', '--reporter=default', '--reporter=json']
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', ...words, `--outputFile.json=${report}`, ...files],
    { cwd: root, stdio: 'inherit', env: { ...process.env, DOMFORGE_RUNS: String(runs) } },
  )
  return countsOf(report, root, status === 0)
}
