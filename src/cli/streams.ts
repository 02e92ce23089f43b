/**
 * The reader of what this process prints may be gone, or the disk full. A reader that has gone away is not a failure: the exit status is the
 * run's, whether it was read or not. What could not be written for another reason, such as a full disk, is: half a plan must not look like a whole one.
 */
import { fstatSync, writeFileSync } from 'node:fs'
import { EXIT } from './exit-status.ts'

type Stream = NodeJS.WriteStream & { readonly fd: number }

/** Call it before anything is written. A status other than 0 stays; 0 becomes 74 when something is lost. */
export function watchStreams(): void {
  watch(process.stdout)
  watch(process.stderr)
}

function watch(stream: Stream): void {
  if (isFile(stream.fd)) writeWhole(stream)
  let isLost = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isLost) return
    isLost = true
    process.once('exit', (status) => {
      if (status === EXIT.ok) process.exitCode = EXIT.unwritten
    })
    // There is nowhere left to report a failure of standard error.
    if (stream !== process.stderr)
      process.stderr.write(`domforge: standard output cannot be written: ${error.message}\n`)
  })
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile()
  } catch {
    return false
  }
}

/** Node writes to files with one call, and takes one that wrote a part for success: the last bytes that fit on a disk. */
function writeWhole(stream: Stream): void {
  stream._write = (chunk: Buffer, _encoding, done) => {
    try {
      writeFileSync(stream.fd, chunk)
      done()
    } catch (error) {
      done(error as Error)
    }
  }
}
