/**
 * The reader of what this process prints may be gone, or the disk full. A reader that has gone away is not a failure: the exit status is the
 * run's, whether it was read or not. What could not be written for another reason, such as a full disk, is: half a plan must not look like a whole one.
 */
import { fstatSync, writeFileSync } from 'node:fs'
import { EXIT } from './exit-status.ts'

type Stream = NodeJS.WriteStream & { readonly fd: number }

const lost = new Set<number>()

/** A status other than 0 stays; 0 becomes 74. Said once for each descriptor. */
export function reportLoss(descriptor: number, error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || lost.has(descriptor)) return
  lost.add(descriptor)
  process.once('exit', (status) => {
    if (status === EXIT.ok) process.exitCode = EXIT.unwritten
  })
  // There is nowhere left to report a failure of standard error.
  if (descriptor === process.stderr.fd) return
  process.stderr.on('error', () => {})
  process.stderr.write(`domforge: standard output cannot be written: ${error.message}\n`)
}

/** Call it before anything is written to the stream. */
export function watch(stream: NodeJS.WriteStream): void {
  const { fd } = stream as Stream
  if (isFile(fd)) writeWhole(stream as Stream)
  stream.on('error', (error: NodeJS.ErrnoException) => reportLoss(fd, error))
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
