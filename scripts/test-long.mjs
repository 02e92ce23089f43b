// What takes too long for every run: the same random tests with many more inputs. By hand, before a capability is called finished.
// Prints what each did, and ends like test-all with the number of tests that passed and failed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { countsOf } from './test-results.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Test files, their vitest project, and how many random inputs each gets. */
const RUNS = [
  ['unit', 10_000, ['test/properties/whole-manifests.test.ts', 'test/properties/whole-trees.test.ts']],
  ['unit', 2000, ['test/cli/hostile-runs.test.ts']],
  ['oracle', 10_000, ['test/oracle/mutated-boards.test.ts']],
  ['oracle', 20_000, ['test/oracle/static-link-schedules.test.ts']],
  ['oracle', 1, ['test/oracle/board-findings.test.ts']],
  ['boot', 2000, ['test/boot/mutations.test.ts']],
]

let passed = 0
const failures = []
const scratch = mkdtempSync(join(tmpdir(), 'domforge-long-'))
for (const [index, [project, runs, files]] of RUNS.entries()) {
  const start = performance.now()
  const { passed: more, failures: found } = runTests(project, runs, files, join(scratch, `${index}.json`))
  passed += more
  for (const failure of found) failures.push(`${files.join(', ')}: ${failure}`)
  const minutes = (performance.now() - start) / 60_000
  console.log(`\n${runs} inputs each, ${minutes.toFixed(1)} minutes: ${files.join(', ')}`)
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
