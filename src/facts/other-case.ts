/** Files whose names differ from a given one in upper and lower case only. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { FileReference } from '../model/system-model.ts'

/** Looks for them on disk; reads each folder once. */
export class OtherCase {
  readonly #names = new Map<string, ReadonlyMap<string, string>>()

  /** How `reference`, which is not there, would have to be written to name a file that is; `undefined`: there is none in other case either. */
  find({ folder, path }: Pick<FileReference, 'folder' | 'path'>): string | undefined {
    const place = resolve(folder, path)
    const found = this.#existing(place)
    if (found === undefined || found === place) return undefined
    return isAbsolute(path) ? found : relative(folder, found)
  }

  /** What is at `place` where case does not count. */
  #existing(place: string): string | undefined {
    const parent = dirname(place)
    if (parent === place) return place
    const folder = existsSync(parent) ? parent : this.#existing(parent)
    const name = folder === undefined ? undefined : this.#namesIn(folder).get(folded(basename(place)))
    return folder === undefined || name === undefined ? undefined : join(folder, name)
  }

  #namesIn(folder: string): ReadonlyMap<string, string> {
    const known = this.#names.get(folder)
    if (known) return known
    const names = new Map(listed(folder).map((name) => [folded(name), name]))
    this.#names.set(folder, names)
    return names
  }
}

const folded = (name: string): string => name.toLowerCase()

/** What cannot be listed has nothing to offer. */
function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    return []
  }
}
