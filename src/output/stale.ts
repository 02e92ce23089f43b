/** Removing outputs of earlier builds that this one does not make any more. */
import type { Comparison } from './compare.ts'
import type { OutputDisk } from './disk.ts'
import { foldersAbove, isRealFolder, placeOf } from './places.ts'

/** Removes the stale files below `root`, and folders of obsolete paths that are empty then. */
export function removeStale(root: string, { stale, obsolete }: Comparison, disk: OutputDisk): void {
  for (const path of stale) disk.removeFile(placeOf(root, path))
  for (const path of obsolete)
    for (const folder of foldersAbove(path).slice(1).reverse()) removeEmpty(root, folder, disk)
}

/** Folders in use stay: the system refuses to remove them. */
function removeEmpty(root: string, folder: string, disk: OutputDisk): void {
  if (!isRealFolder(root, folder)) return
  try {
    disk.removeFolder(placeOf(root, folder))
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
  }
}
