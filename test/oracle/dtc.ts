/** The reference compiler, `dtc`, as a function. */
import { spawn } from 'node:child_process'

/** What dtc wrote for an input. */
export interface DtcResult {
  /** `CRASHED` where it did not end by itself. */
  readonly status: number
  readonly output: Buffer
  readonly errors: string
}

/** Ended by a signal: some of its checks end in a failed assertion, and some damaged blobs in a loop. */
export const CRASHED = -1

/** For one input, which takes milliseconds. */
const LONGEST_MILLISECONDS = 10_000

/** Runs dtc with more arguments, e.g. `-I dts -O dtb`, on `input`; it warns of nothing unless `aloud`. */
export function dtc(args: readonly string[], input: Uint8Array | string, aloud = false): Promise<DtcResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('dtc', [...(aloud ? [] : ['-q']), ...args, '-'], {
      timeout: LONGEST_MILLISECONDS,
      killSignal: 'SIGKILL',
    })
    const output: Buffer[] = []
    const errors: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
    child.stdin.on('error', () => undefined)
    child.on('error', reject)
    child.on('close', (status) => {
      resolve({ status: status ?? CRASHED, output: Buffer.concat(output), errors: Buffer.concat(errors).toString() })
    })
    child.stdin.end(input)
  })
}

/** The blob that dtc makes of source; throws with dtc's own words when it refuses. */
export async function compiled(source: string, ...args: readonly string[]): Promise<Buffer> {
  return accepted(await dtc(['-I', 'dts', '-O', 'dtb', ...args], source), source)
}

/** The blob that dtc makes of a blob. */
export async function recoded(blob: Uint8Array, ...args: readonly string[]): Promise<Buffer> {
  return accepted(await dtc(['-I', 'dtb', '-O', 'dtb', ...args], blob), '(blob)')
}

function accepted({ status, output, errors }: DtcResult, input: string): Buffer {
  if (status !== 0) throw new Error(`dtc refuses: ${errors}\n${input.slice(0, 4000)}`)
  return output
}

/** Runs `work` on every item, at most `width` at a time. */
export async function concurrently<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: width }, lane))
}
