/**
 * What a run costs above bare Node: everything is measured in turns within one run, so that the machine's mood cancels out.
 *   node bench/start-up.mjs [rounds]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeInputs } from '../scripts/example-inputs.mjs'

const rounds = Number(process.argv[2] ?? 21)
const root = fileURLToPath(new URL('../', import.meta.url))
const tool = join(root, 'bin/domforge.js')
const work = mkdtempSync(join(tmpdir(), 'domforge-bench-'))
const manifest = join(root, 'examples/two-guests/two-guests.yaml')
await makeInputs('two-guests', join(root, 'examples/two-guests'))

const cases = {
  'bare node (-e 0)': ['-e', '0'],
  'domforge --version': [tool, '--version'],
  'domforge --help': [tool, '--help'],
  'domforge check, two guests': [tool, 'check', manifest],
  'domforge build, two guests, unchanged': [tool, 'build', manifest, '-o', join(work, 'out')],
}

function once(words) {
  const start = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, words)
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6
  if (status !== 0) throw new Error(`${words.join(' ')}: exit ${status}\n${stderr}`)
  return milliseconds
}

const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
for (const words of Object.values(cases)) once(words)
for (let round = 0; round < rounds; round++)
  for (const [name, words] of Object.entries(cases)) times[name].push(once(words))

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const bare = median(times['bare node (-e 0)'])
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${rounds} rounds, medians in ms`)
console.log(
  `${'case'.padEnd(40)}${'ms'.padStart(8)}${'above bare'.padStart(12)}${'min'.padStart(8)}${'max'.padStart(8)}`,
)
for (const [name, values] of Object.entries(times)) {
  const columns = [median(values), median(values) - bare, Math.min(...values), Math.max(...values)]
  const [time, above, least, most] = columns.map((value) => value.toFixed(1))
  console.log(`${name.padEnd(40)}${time.padStart(8)}${above.padStart(12)}${least.padStart(8)}${most.padStart(8)}`)
}
rmSync(work, { recursive: true })
