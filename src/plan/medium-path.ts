/** Where files lie on the medium that U-Boot loads from. */
import { posix, resolve } from 'node:path'
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import type { FileReference } from '../model/system-model.ts'

/**
 * Path on the boot medium of a file that the manifest writes as `written`: the same, without `./` and doubled slashes. An absolute
 * path, or one that leaves its folder, says nothing about the medium: such a file lies there under its own name.
 */
export function mediumPath(written: string): string {
  const path = posix.normalize(written)
  return path.startsWith('/') || path === '..' || path.startsWith('../') ? posix.basename(path) : path
}

/** Equal for references to one file, however they are written. Links are not followed. */
export const placeOnDisk = (reference: FileReference): string => resolve(reference.folder, reference.path)

/** Path of the merged host tree among the outputs, and on the medium. */
export const TREE_FILE = 'xen.dtb'

/** Outputs that U-Boot loads: no file of the user's may have their path on the medium. */
const GENERATED: ReadonlySet<string> = new Set(['boot.scr', TREE_FILE])

/**
 * Reports files that would lie on top of each other, or of an output, on the boot medium. `references` in the order in which they are
 * loaded; one file may occur several times.
 */
export function checkMediumPaths(references: readonly FileReference[], report: Report): void {
  const owners = new Map<string, FileReference>()
  for (const reference of references) {
    const path = mediumPath(reference.path)
    const at = atValue(reference.pointer)
    if (GENERATED.has(path)) report('REF-021', generatedClash(path, at))
    const owner = owners.get(path)
    if (!owner) owners.set(path, reference)
    else if (placeOnDisk(owner) !== placeOnDisk(reference))
      report('REF-020', {
        at,
        message: `'${reference.path}' and '${owner.path}' are different files, and both would be '${path}' on the boot medium`,
        help: 'rename one of them, or keep both below the folder of the manifest',
        related: [{ at: atValue(owner.pointer), message: `'${owner.path}' is named here` }],
      })
  }
}

const generatedClash = (path: string, at: ReturnType<typeof atValue>) => ({
  at,
  message: `'${path}' is the name of a file that domforge makes for the boot medium`,
  help: 'rename the file, or keep it in a folder of its own',
})
