import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { cacheDirectory } from '../debian/cache.ts'
import { Silence } from './silence.ts'
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
  /** QEMU's. The first serial port is the console; others may follow. */
  readonly arguments: readonly string[]
  /** Whether the boot is done, asked after each line with all lines so far. */
  readonly isDone: (lines: readonly string[]) => boolean
  /** Asked one after the other when the boot is done: the run ends with the answer to the last. */
  readonly questions?: readonly Question[]
  /** Whether the answers can be read: all is asked again where not, a few times. */
  readonly isAnswered?: (lines: readonly string[]) => boolean
  /** A line that matches one of these ends the boot at once. What never is right, unless given. */
  readonly failures?: readonly RegExp[]
  /** Time to go on reading after a failure; a second unless given. */
  readonly lingerMilliseconds?: number
  /** The boot is done as well when nothing follows a line that matches, for so long of the machine's own time. */
  readonly silence?: { readonly after: RegExp; readonly milliseconds: number }
  /** Longest time for the whole boot. A boot takes 3 s on an idle machine, 30 s on a busy one. */
  readonly timeoutSeconds?: number
}

/** A key for the serial line, and the line by which its answer begins; what was asked before has been answered by then. */
export interface Question {
  readonly key: string
  readonly answer: RegExp
}

/** A boot that ended otherwise than it should. */
export class BootFailure extends Error {
  /** What the machine printed until then. */
  readonly lines: readonly string[]

  constructor(message: string, lines: readonly string[]) {
    super(message)
    this.lines = lines
  }
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

/** How often questions are asked at most. */
const ROUNDS = 5

/** Time to go on reading after a failure, for the explanation that follows it. */
const LINGER_MILLISECONDS = 1000

/**
 * Runs QEMU until the boot is done and ends it. A failure marker, the end of time or of QEMU is thrown as a `BootFailure`
 * whose message holds the last lines and names the log.
 */
export async function bootMachine(run: BootRun): Promise<SerialLog> {
  const seconds = run.timeoutSeconds ?? 200
  const log = new LineLog()
  const machine = startMachine(run.arguments, log, seconds + 10)
  const late = new AbortController()
  const verdict = [
    watch(log, run, machine),
    machine.ended.then((how) => `QEMU ended by itself (${how})`),
    sleep(seconds * 1000, `not done after ${seconds} s`, { signal: late.signal }),
  ]
  const failure = await Promise.race(verdict).catch(String)
  late.abort()
  if (failure !== undefined) await Promise.race([machine.ended, sleep(run.lingerMilliseconds ?? LINGER_MILLISECONDS)])
  machine.stop()
  await machine.ended
  const file = log.save(run.name)
  if (failure === undefined) return { lines: log.lines, file }
  const message = `${run.name}: ${failure}\n${log.lines.slice(-25).join('\n')}\nThe whole log: ${file}`
  throw new BootFailure(message, log.lines)
}

interface RunningMachine {
  /** Of the process that started QEMU. */
  readonly pid: number | undefined
  /** Resolves when QEMU is gone and all it printed is in the log, with how it ended. */
  readonly ended: Promise<string>
  readonly stop: () => void
  /** Sends text to the serial line. */
  readonly type: (text: string) => void
}

function startMachine(qemuArguments: readonly string[], log: LineLog, seconds: number): RunningMachine {
  // `timeout` ends the machine even when this process is killed and can no longer do it; it passes signals on.
  const limits = ['--foreground', '--kill-after=5', `${seconds}`]
  const child = spawn('timeout', [...limits, 'qemu-system-aarch64', '-serial', 'stdio', ...qemuArguments])
  child.stdout.on('data', (chunk: Buffer) => log.add(chunk))
  child.stderr.on('data', (chunk: Buffer) => log.add(chunk))
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(`${signal ?? code}`))
  })
  // A machine that has ended takes no more input; that it has is reported by `ended`.
  child.stdin.on('error', () => {})
  return { pid: child.pid, ended, stop: () => child.kill('SIGTERM'), type: (text) => child.stdin.write(text) }
}

/** Resolves with undefined when the boot is done and its questions are answered, with the line that says so when it has failed. */
function watch(log: LineLog, run: BootRun, { pid, type }: RunningMachine): Promise<string | undefined> {
  const { isDone, failures = usualFailures, questions = [], isAnswered = () => true } = run
  const toAsk = [...questions]
  let rounds = 1
  let asked: Question | undefined
  const silence = new Silence(pid, run.silence?.milliseconds ?? 0)
  const verdict = new Promise<string | undefined>((resolve, reject) => {
    log.onLine = (line) => {
      try {
        if (line.trim() !== '') silence.stop()
        if (run.silence?.after.test(line)) silence.wait(() => resolve(undefined))
        if (failures.some((pattern) => pattern.test(line))) return resolve(`the machine reported a failure: ${line}`)
        if (asked ? !asked.answer.test(line) : !isDone(log.lines)) return
        if (asked && toAsk.length === 0 && rounds++ < ROUNDS && !isAnswered(log.lines)) toAsk.push(...questions)
        asked = toAsk.shift()
        if (asked) type(asked.key)
        else resolve(undefined)
      } catch (error) {
        reject(error)
      }
    }
  })
  return verdict.finally(() => silence.stop())
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
