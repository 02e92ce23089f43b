import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { cacheDirectory } from '../debian/cache.ts'
import { scriptReturned } from './uboot-env.ts'

/** One boot that went as far as it should. */
export interface SerialLog {
  /** What the machine printed, without colours and carriage returns. */
  readonly lines: readonly string[]
  /** The file that holds the lines with their times. */
  readonly file: string
}

export interface BootRun {
  /** Names the log. */
  readonly name: string
  /** QEMU's. */
  readonly arguments: readonly string[]
  /** The boot is done when each of these has matched a line, in any order. */
  readonly done: readonly RegExp[]
  /** A line that matches one of these ends the boot at once. What never is right, unless given. */
  readonly failures?: readonly RegExp[]
  /** Longest time for the whole boot. A boot takes 3 s on an idle machine. */
  readonly timeoutSeconds?: number
}

/** Lines after which nothing good can come. A script goes on after a failed command unless it says otherwise. */
const usualFailures: readonly RegExp[] = [
  new RegExp(`^${scriptReturned}`),
  /^=> /,
  /FDT_ERR_/,
  /^Failed to load/,
  /^Unknown command/,
  /^TFTP error/,
  /Panic on CPU/,
  /Kernel panic/,
  /Synchronous Abort/,
]

/** Time to go on reading after a failure, for the explanation that follows it. */
const lingerMilliseconds = 1000

/**
 * Runs QEMU until the boot is done and ends it. A failure marker, the end of time or of QEMU is thrown as an error that
 * holds the last lines and names the log.
 */
export async function bootMachine(run: BootRun): Promise<SerialLog> {
  const seconds = run.timeoutSeconds ?? 100
  // `timeout` ends the machine even when this process is killed and can no longer do it.
  const limits = ['--foreground', '--kill-after=5', `${seconds + 10}`]
  const child = spawn('timeout', [...limits, 'qemu-system-aarch64', ...run.arguments, '-serial', 'stdio'])
  const log = new LineLog()
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`QEMU did not start: ${error.message}`))
    child.once('exit', (code, signal) => resolve(`QEMU ended by itself (${signal ?? code})`))
  })
  const verdict = watch(log, run, seconds)
  child.stdout.on('data', (chunk: Buffer) => log.add(chunk))
  child.stderr.on('data', (chunk: Buffer) => log.add(chunk))
  const failure = await Promise.race([verdict, ended])
  if (failure !== undefined && child.exitCode === null)
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, lingerMilliseconds))])
  child.kill('SIGTERM')
  await ended
  const file = log.save(run.name)
  if (failure === undefined) return { lines: log.lines, file }
  throw new Error(`${run.name}: ${failure}\n${log.lines.slice(-25).join('\n')}\nThe whole log: ${file}`)
}

/** Resolves with undefined when everything expected was seen, else with what went wrong. */
function watch(log: LineLog, run: BootRun, seconds: number): Promise<string | undefined> {
  const open = new Set(run.done)
  const failures = run.failures ?? usualFailures
  return new Promise((resolve) => {
    const late = () => resolve(`not done after ${seconds} s; not seen: ${[...open].join(', ')}`)
    const timer = setTimeout(late, seconds * 1000)
    log.onLine = (line) => {
      for (const pattern of open) if (pattern.test(line)) open.delete(pattern)
      const failure = failures.find((pattern) => pattern.test(line))
      if (failure === undefined && open.size > 0) return
      clearTimeout(timer)
      resolve(failure === undefined ? undefined : `the machine reported a failure: ${line}`)
    }
  })
}

/** Splits what comes from the serial line into lines, each with the time since the start. */
class LineLog {
  readonly lines: string[] = []
  onLine: (line: string) => void = () => {}
  readonly #start = performance.now()
  readonly #times: number[] = []
  #rest = ''

  add(chunk: Buffer): void {
    const parts = (this.#rest + chunk.toString('latin1')).split('\n')
    this.#rest = parts.pop() ?? ''
    for (const part of parts) this.#addLine(part)
  }

  #addLine(text: string): void {
    const line = stripVTControlCharacters(text).replaceAll('\r', '')
    this.lines.push(line)
    this.#times.push((performance.now() - this.#start) / 1000)
    this.onLine(line)
  }

  /** Writes the lines, also one that was cut off, and gives the file's path. */
  save(name: string): string {
    if (this.#rest !== '') this.#addLine(this.#rest)
    const file = join(cacheDirectory(), 'boot-logs', `${name}.log`)
    mkdirSync(dirname(file), { recursive: true })
    const text = this.lines.map((line, index) => `[${(this.#times[index] ?? 0).toFixed(3).padStart(8)}] ${line}\n`)
    writeFileSync(file, text.join(''))
    return file
  }
}
