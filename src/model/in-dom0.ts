/** Where images of guests lie in dom0's file system. */
import { posix } from 'node:path'
import type { Dom0, FileReference } from './system-model.ts'

/** Absolute path of a guest's image: images are flat in `files-at`. */
export const pathInDom0 = (dom0: Dom0, file: FileReference): string =>
  posix.join(dom0['files-at'], posix.basename(file.path))
