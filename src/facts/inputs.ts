/** The list of everything that is an input: what was read, for the build record, and what would have been. */
import { posix } from 'node:path'
import { bytes } from '../units/quantities.ts'
import type { InputFile } from './facts.ts'
import { OtherCase } from './other-case.ts'
import { type JudgedImage, Reader } from './reader.ts'

/** Collects inputs in order of reading; a file that is read again is listed once. */
export class InputList {
  readonly #inputs = new Map<string, InputFile>()
  readonly #absolutePaths = new Set<string>()

  /** What is beside the files that are not there. */
  readonly otherCase = new OtherCase()

  /** The folder that a path is relative to when another input names it; `folder` is that input's. */
  readonly folderOf: (folder: string, path: string) => string

  /** Through which they are read. */
  readonly files: Reader

  constructor(folderOf = (folder: string, _path: string): string => folder, files = new Reader()) {
    this.folderOf = folderOf
    this.files = files
  }

  /** What was read. */
  get all(): readonly InputFile[] {
    return [...this.#inputs.values()]
  }

  /** Everything that was asked for, whether it is there or not. */
  get absolutePaths(): readonly string[] {
    return [...this.#absolutePaths]
  }

  /** A file that cannot be read, or not yet. */
  absent(absolutePath: string): void {
    this.#absolutePaths.add(absolutePath)
  }

  /** A file whose bytes were all read; `path`: as the manifest writes it, or relative to the same folder. */
  recordWhole(absolutePath: string, path: string, data: Uint8Array): void {
    this.#add({ path, absolutePath, size: bytes(data.length), ...this.files.hashOf([data]), read: 'whole' })
  }

  /** An image, as it was judged. */
  recordImage(absolutePath: string, path: string, { size, read, sha256 }: JudgedImage): void {
    this.#add({ path, absolutePath, size, ...(sha256 === undefined ? {} : { sha256 }), read })
  }

  #add(input: InputFile): void {
    this.#absolutePaths.add(input.absolutePath)
    const path = posix.isAbsolute(input.path) ? posix.basename(input.path) : input.path
    if (!this.#inputs.has(input.absolutePath)) this.#inputs.set(input.absolutePath, { ...input, path })
  }
}
