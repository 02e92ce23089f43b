/** The list of everything that is an input: what was read, for the build record, and what would have been. */
import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { type Bytes, bytes } from '../units/quantities.ts'
import type { InputFile } from './facts.ts'

/** Collects inputs in order of reading; a file that is read again is listed once. Places are the absolute paths that are read. */
export class InputList {
  readonly #inputs = new Map<string, InputFile>()
  readonly #places = new Set<string>()

  /** The folder that a path is relative to which another input names; `folder` is that input's. */
  readonly folderOf: (folder: string, path: string) => string

  constructor(folderOf = (folder: string, _path: string): string => folder) {
    this.folderOf = folderOf
  }

  /** What was read. */
  get all(): readonly InputFile[] {
    return [...this.#inputs.values()]
  }

  /** Everything that was asked for, whether it is there or not. */
  get places(): readonly string[] {
    return [...this.#places]
  }

  /** A file that cannot be read, or not yet. */
  absent(place: string): void {
    this.#places.add(place)
  }

  /** A file whose bytes were all read; `path`: as the manifest writes it, or relative to the same folder. */
  readWhole(place: string, path: string, data: Uint8Array): void {
    this.add({ path, place, size: bytes(data.length), sha256: sha256([data]), read: 'whole' })
  }

  /** An image of `size` bytes, of which `head` and perhaps `tail` were looked at. */
  readEnds(place: string, path: string, size: Bytes, head: Uint8Array, tail?: Uint8Array): void {
    const read = tail ? 'header-and-trailer' : 'header'
    this.add({ path, place, size, sha256: sha256(tail ? [head, tail] : [head]), read })
  }

  add(input: InputFile): void {
    this.#places.add(input.place)
    const path = posix.isAbsolute(input.path) ? posix.basename(input.path) : input.path
    if (!this.#inputs.has(input.place)) this.#inputs.set(input.place, { ...input, path })
  }
}

function sha256(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
