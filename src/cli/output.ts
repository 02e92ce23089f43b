/**
 * Where this process prints. Node's own streams take long to set up, so files, pipes and /dev/null are written to directly; terminals, and pipes
 * of somebody who does not wait, are left to Node.
 */
import { fstatSync, type Stats, statSync, writeSync } from 'node:fs'
import { reportLoss, watch } from './streams.ts'

export class Output {
  readonly #descriptor: 1 | 2
  readonly #nodes: () => NodeJS.WriteStream
  #directly: boolean | undefined
  #stream: NodeJS.WriteStream | undefined

  /** `nodes`: Node's stream for it. */
  constructor(descriptor: 1 | 2, nodes: () => NodeJS.WriteStream) {
    this.#descriptor = descriptor
    this.#nodes = nodes
  }

  get isTTY(): boolean {
    return !this.#isDirect && this.#asStream().isTTY === true
  }

  /** Everything, in order. What cannot be written is reported as `streams.ts` says. */
  write(text: string): void {
    if (this.#stream || !this.#isDirect) this.#asStream().write(text)
    else this.#writeNow(Buffer.from(text))
  }

  /** Looked at once: a thousand manifests print a thousand times. */
  get #isDirect(): boolean {
    this.#directly ??= isDirect(this.#descriptor)
    return this.#directly
  }

  #writeNow(data: Buffer): void {
    let written = 0
    try {
      while (written < data.length) written += writeSync(this.#descriptor, data, written)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') this.#asStream().write(data.subarray(written))
      else reportLoss(this.#descriptor, error as NodeJS.ErrnoException)
    }
  }

  #asStream(): NodeJS.WriteStream {
    if (!this.#stream) {
      this.#stream = this.#nodes()
      watch(this.#stream)
    }
    return this.#stream
  }
}

function isDirect(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor)
    return stats.isFile() || stats.isFIFO() || stats.isSocket() || isNull(stats)
  } catch {
    return false
  }
}

const isNull = (stats: Stats): boolean => stats.isCharacterDevice() && stats.rdev === statSync('/dev/null').rdev

export const stdout = new Output(1, () => process.stdout)
export const stderr = new Output(2, () => process.stderr)
