/** Runs several command lines in turn, so that changes in the machine's load affect all of them, and prints their cost relative to bare Node. */
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Path of the checkout. */
export const root = fileURLToPath(new URL('../', import.meta.url))

const tool = join(root, 'bin/domforge.js')

/** A command line that runs the built tool with `words`. */
export const domforge = (...words) => [process.execPath, tool, ...words]

/** Name of the case that all others are compared with. */
export const BARE = 'bare node (-e 0)'

/** The environment without what slows down Node's own start: options, and certificates that it would read each time. */
const { NODE_OPTIONS: _options, NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env

/** Times of one run in milliseconds: wall clock, and CPU time with all children (user and system). */
function once(words) {
  const timed = ['-c', `TIMEFORMAT='time %3R %3U %3S'; time "$@"`, 'bash', ...words]
  const { status, stderr } = spawnSync('bash', timed, { env, encoding: 'utf8', maxBuffer: 1 << 28 })
  const [, real, user, system] = /^time (\S+) (\S+) (\S+)$/m.exec(stderr) ?? []
  if (status !== 0 || real === undefined) throw new Error(`${words.slice(0, 5).join(' ')}: exit ${status}\n${stderr}`)
  return { clock: Number(real) * 1e3, cpu: (Number(user) + Number(system)) * 1e3 }
}

/** The middle value; of two, the greater. */
export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** Runs each command line of `given`, an object by name, once before all rounds, and then once in each. Returns all times, by name. */
export function measure(given, rounds) {
  const cases = { [BARE]: [process.execPath, '-e', '0'], ...given }
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
  for (const words of Object.values(cases)) once(words)
  for (let round = 0; round < rounds; round++)
    for (const [name, words] of Object.entries(cases)) times[name].push(once(words))
  return times
}

/** Measures and prints a table. */
export function compare(given, rounds) {
  const times = measure(given, rounds)
  print(times, rounds)
  return times
}

const COLUMNS = ['ms', '× bare', 'CPU ms', '× bare', 'least', 'most']

function print(times, rounds) {
  const bare = times[BARE]
  const of = (runs, key) => runs.map((run) => run[key])
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${rounds} rounds, medians; least and most of CPU; without NODE_OPTIONS and NODE_EXTRA_CA_CERTS`,
  )
  console.log(`${'case'.padEnd(48)}${COLUMNS.map((column) => column.padStart(9)).join('')}`)
  for (const [name, runs] of Object.entries(times)) {
    const [clock, cpu] = ['clock', 'cpu'].map((key) => median(of(runs, key)))
    const numbers = [
      clock.toFixed(1),
      (clock / median(of(bare, 'clock'))).toFixed(2),
      cpu.toFixed(1),
      (cpu / median(of(bare, 'cpu'))).toFixed(2),
      Math.min(...of(runs, 'cpu')).toFixed(1),
      Math.max(...of(runs, 'cpu')).toFixed(1),
    ]
    console.log(`${name.padEnd(48)}${numbers.map((number) => number.padStart(9)).join('')}`)
  }
}
