/** The list of everything that was read, for the build record. */
import { createHash } from 'node:crypto'
import { type Bytes, bytes } from '../units/quantities.ts'
import type { InputFile } from './facts.ts'

/** Collects inputs in order of reading; a file that is read again is listed once. */
export class InputList {
  readonly #inputs = new Map<string, InputFile>()

  get all(): readonly InputFile[] {
    return [...this.#inputs.values()]
  }

  /** `place`: the absolute path that was read. `path`: as the manifest writes it, or relative to the same folder. */
  readWhole(place: string, path: string, data: Uint8Array): void {
    this.#add(place, { path, size: bytes(data.length), sha256: sha256([data]), read: 'whole' })
  }

  /** An image of `size` bytes, of which `head` and perhaps `tail` were looked at. */
  readEnds(place: string, path: string, size: Bytes, head: Uint8Array, tail?: Uint8Array): void {
    const read = tail ? 'header-and-trailer' : 'header'
    this.#add(place, { path, size, sha256: sha256(tail ? [head, tail] : [head]), read })
  }

  #add(place: string, input: InputFile): void {
    if (!this.#inputs.has(place)) this.#inputs.set(place, input)
  }
}

function sha256(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
