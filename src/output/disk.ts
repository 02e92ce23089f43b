/** Everything that changes the output folder, one method each: a test stops between any two of them. */
import {
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'

/** Failures are the operating system's errors, thrown. Places are absolute. */
export interface OutputDisk {
  /** Makes one folder; fails where something is. */
  makeFolder(place: string): void
  /** Makes a folder and those above it, where they are absent. */
  makeFolders(place: string): void
  /** Writes a new file; on return its contents survive a power cut. */
  write(place: string, contents: string | Uint8Array): void
  /** Replaces what is at `to`, in one step. */
  move(from: string, to: string): void
  removeFile(place: string): void
  /** Removes an empty folder. */
  removeFolder(place: string): void
  /** Removes a folder with everything in it; nothing there is fine. */
  removeAll(place: string): void
  /** On return the names in a folder survive a power cut. */
  flushFolder(place: string): void
}

export const realDisk: OutputDisk = {
  makeFolder: (place) => mkdirSync(place),
  makeFolders: (place) => {
    mkdirSync(place, { recursive: true })
  },
  write: (place, contents) => {
    withOpen(place, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, (file) => {
      writeFileSync(file, contents)
      fsyncSync(file)
    })
  },
  move: renameSync,
  removeFile: unlinkSync,
  removeFolder: (place) => rmdirSync(place),
  removeAll: (place) => rmSync(place, { recursive: true, force: true }),
  flushFolder: (place) => {
    try {
      withOpen(place, constants.O_RDONLY, fsyncSync)
    } catch (error) {
      if (!isUnsupported(error)) throw error
    }
  },
}

function withOpen(place: string, flags: number, use: (file: number) => void): void {
  const file = openSync(place, flags, 0o666)
  try {
    use(file)
  } finally {
    closeSync(file)
  }
}

/** Some file systems cannot flush a folder: there is nothing more to do then. */
const isUnsupported = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR'].includes(String(error.code))
