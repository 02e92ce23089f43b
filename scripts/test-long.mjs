// What takes too long for every run: the same random tests with many more inputs. By hand, before a capability is called finished.
// Prints what each did, and ends like test-all with the number of tests that passed and failed.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Test files, their vitest project, and how many random inputs each gets. */
const RUNS = [
  ['unit', 10_000, ['test/properties/whole-manifests.test.ts', 'test/properties/whole-trees.test.ts']],
  ['unit', 2000, ['test/cli/hostile-runs.test.ts']],
  ['oracle', 10_000, ['test/oracle/mutated-boards.test.ts']],
]

let passed = 0
let failed = 0
for (const [project, runs, files] of RUNS) {
  const report = join(tmpdir(), `domforge-long-${process.pid}.json`)
  const start = performance.now()
  const words = ['run', '--project', project, '--testTimeout', '7200000', '--reporter=default', '--reporter=json']
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', ...words, `--outputFile.json=${report}`, ...files],
    { cwd: root, stdio: 'inherit', env: { ...process.env, DOMFORGE_RUNS: String(runs) } },
  )
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
  rmSync(report)
  passed += numPassedTests
  failed += numFailedTests + (status !== 0 && numFailedTests === 0 ? 1 : 0)
  const minutes = (performance.now() - start) / 60_000
  console.log(`\n${runs} inputs each, ${minutes.toFixed(1)} minutes: ${files.join(', ')}`)
}
if (passed === 0) failed += 1
process.exitCode = failed > 0 ? 1 : 0
console.log(`${passed} passed, ${failed} failed`)
