/** Where a path of the manifest leads when inputs lie in several folders. */
import { existsSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'

/**
 * Gives for a path the folder that it is relative to: `folder` (that of the file which says it), else the first of `roots` below which
 * something is there; `folder` where it is nowhere, or absolute. Roots are relative to the working directory.
 */
export const folderFinder =
  (roots: readonly string[]) =>
  (folder: string, path: string): string =>
    isAbsolute(path) ? folder : (candidates(folder, roots).find((place) => existsSync(resolve(place, path))) ?? folder)

/** Nothing is looked for where there is no choice. */
const candidates = (folder: string, roots: readonly string[]): readonly string[] =>
  roots.length === 0 ? [] : [folder, ...roots.map((root) => resolve(root))]
