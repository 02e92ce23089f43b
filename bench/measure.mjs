/** Runs several command lines in turns, so that the machine's mood cancels out, and prints what each costs above bare Node. */
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../', import.meta.url))

const tool = join(root, 'bin/domforge.js')

/** Words for Node that run the built tool. */
export const domforge = (...words) => [tool, ...words]

const BARE = 'bare node (-e 0)'

function once(words) {
  const start = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, words)
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6
  if (status !== 0) throw new Error(`${words.join(' ')}: exit ${status}\n${stderr}`)
  return milliseconds
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** `given`: name → words for Node. Everything runs once before it is measured. */
export function compare(given, rounds) {
  const cases = { [BARE]: ['-e', '0'], ...given }
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
  for (const words of Object.values(cases)) once(words)
  for (let round = 0; round < rounds; round++)
    for (const [name, words] of Object.entries(cases)) times[name].push(once(words))
  print(times, rounds)
}

function print(times, rounds) {
  const bare = median(times[BARE])
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${rounds} rounds, medians in ms`)
  console.log(
    `${'case'.padEnd(44)}${'ms'.padStart(8)}${'above bare'.padStart(12)}${'min'.padStart(8)}${'max'.padStart(8)}`,
  )
  for (const [name, values] of Object.entries(times)) {
    const columns = [median(values), median(values) - bare, Math.min(...values), Math.max(...values)]
    const [time, above, least, most] = columns.map((value) => value.toFixed(1))
    console.log(`${name.padEnd(44)}${time.padStart(8)}${above.padStart(12)}${least.padStart(8)}${most.padStart(8)}`)
  }
}
