/** Paths of files on the medium that U-Boot loads from. */
import { posix, resolve } from 'node:path'
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import type { FileReference, LoadMethod } from '../model/system-model.ts'

/**
 * Path on the boot medium of a file that the manifest writes as `written`: the same, without `./` and doubled slashes. An absolute
 * path, or one that leaves its folder, says nothing about the medium: such a file is there under its base name.
 */
export function mediumPath(written: string): string {
  const path = posix.normalize(written)
  return path.startsWith('/') || path === '..' || path.startsWith('../') ? posix.basename(path) : path
}

/** Equal for references to one file, however they are written. Links are not followed. */
export const placeOnDisk = (reference: FileReference): string => resolve(reference.folder, reference.path)

/** Path of the merged host tree among the outputs, and on the medium. */
export const TREE_FILE = 'xen.dtb'

/** Path of the board's own tree among the outputs, if the user's file is not one that U-Boot can load. */
export const BOARD_TREE_FILE = 'board-tree.dtb'

export const SCRIPT_FILE = 'boot.scr'

/** Equal for load methods that read from the same place, prefix included. */
export function mediumOf(load: LoadMethod): string {
  switch (load.from) {
    case 'tftp':
      return `tftp\n${load.prefix}`
    case 'command':
      return `command ${load.command}\n${load.prefix}`
    case 'memory':
      return `memory ${load.pointer}`
    default:
      return `${load.from} ${load.device}\n${load.prefix}`
  }
}

/** A file on a medium: the user's, or without a reference an output. */
export interface OnMedium {
  readonly load: LoadMethod
  readonly file: FileReference | string
}

/**
 * Reports files that would lie on top of each other, or of an output, on a medium, or where another needs a folder. `files` in the order in
 * which they are loaded; one file may occur several times.
 */
export function checkMediumPaths(files: readonly OnMedium[], report: Report): void {
  const generated = new Set(files.flatMap((own) => (typeof own.file === 'string' ? [placeOf(own)] : [])))
  const folders = new Map(files.flatMap((own) => foldersOf(placeOf(own)).map((folder) => [folder, own] as const)))
  const owners = new Map<string, FileReference>()
  for (const own of files) {
    const { file: reference } = own
    if (typeof reference === 'string') continue
    const [path, place] = [pathOf(own), placeOf(own)]
    const at = atValue(reference.pointer)
    if (generated.has(place)) report('REF-021', generatedClash(path, at))
    const inside = folders.get(place)
    if (inside) reportFolder(reference, path, inside, report)
    const owner = owners.get(place)
    if (!owner) owners.set(place, reference)
    else if (placeOnDisk(owner) !== placeOnDisk(reference))
      report('REF-020', {
        at,
        message: `'${reference.path}' and '${owner.path}' are different files, but both would be '${path}' on the boot medium`,
        help: RENAME_ONE,
        related: [{ at: atValue(owner.pointer), message: `'${owner.path}' is named here` }],
      })
  }
}

const RENAME_ONE = 'rename one of them, or keep both in the folder of the manifest'

const pathOf = ({ file }: OnMedium): string => (typeof file === 'string' ? file : mediumPath(file.path))

/** Medium and path, equal for two files in one place. */
const placeOf = (own: OnMedium): string => mediumOf(own.load) + pathOf(own)

/** Every folder above `place`. */
const foldersOf = (place: string): readonly string[] =>
  [...place.matchAll(/\//g)].map(({ index }) => place.slice(0, index))

function reportFolder(reference: FileReference, path: string, { file }: OnMedium, report: Report): void {
  const [inside, related] =
    typeof file === 'string'
      ? [file, []]
      : [file.path, [{ at: atValue(file.pointer), message: 'that file is named here' }]]
  report(typeof file === 'string' ? 'REF-021' : 'REF-020', {
    at: atValue(reference.pointer),
    message: `'${reference.path}' would be the file '${path}' on the boot medium, where '${inside}' needs a folder of that name`,
    help: typeof file === 'string' ? 'rename the file, or keep it in a folder of its own' : RENAME_ONE,
    related,
  })
}

const generatedClash = (path: string, at: ReturnType<typeof atValue>) => ({
  at,
  message: `'${path}' is the name of a file that domforge writes to the boot medium`,
  help: 'rename the file, or keep it in a folder of its own',
})
