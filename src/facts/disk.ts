/** Reads files of the user's: bounded, and never blocked by something that is not a file. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { type Bytes, bytes } from '../units/quantities.ts'

/** Why a file cannot be read. */
export interface Unreadable {
  readonly ok: false
  readonly why: 'missing' | 'not a file' | 'refused' | 'too large'
  /** A clause about the file, without full stop: `is a folder`. */
  readonly reason: string
}

/** The beginning and the end of a file. */
export interface Ends {
  readonly ok: true
  readonly size: Bytes
  readonly head: Buffer
  /** The last bytes; shorter in a shorter file. */
  readonly tail: Buffer
}

export interface Whole {
  readonly ok: true
  readonly data: Buffer
}

/** The first `headSize` and the last `tailSize` bytes of the file at `path`, and its size. They may overlap. */
export function readEnds(path: string, headSize: number, tailSize: number): Ends | Unreadable {
  return withFile(path, (file, { size }) => {
    const head = readAt(file, 0, Math.min(headSize, size))
    const tailLength = Math.min(tailSize, size)
    return { ok: true, size: bytes(size), head, tail: readAt(file, size - tailLength, tailLength) }
  })
}

/** All of the file at `path`, if it has at most `limit` bytes. */
export function readWhole(path: string, limit: number): Whole | Unreadable {
  return withFile<Whole | Unreadable>(path, (file, { size }) =>
    size > limit
      ? { ok: false, why: 'too large', reason: `has ${size} bytes, and such a file may have at most ${limit}` }
      : { ok: true, data: readAt(file, 0, size) },
  )
}

/** Looks before it opens: opening a pipe would wait for its other end, opening some devices does things. */
function withFile<T>(path: string, use: (file: number, stats: Stats) => T): T | Unreadable {
  let file: number | undefined
  try {
    const kind = kindOf(statSync(path))
    if (kind) return { ok: false, why: 'not a file', reason: `is ${kind}, not a file` }
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return use(file, fstatSync(file))
  } catch (error) {
    return unreadable(error)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** What is there instead of a regular file. */
function kindOf(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a named pipe'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}

/** Reads exactly `length` bytes, or fewer if the file has shrunk meanwhile. */
function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const count = readSync(file, buffer, filled, length - filled, position + filled)
    if (count === 0) break
    filled += count
  }
  return buffer.subarray(0, filled)
}

const REASONS: Readonly<Record<string, Omit<Unreadable, 'ok'>>> = {
  ENOENT: { why: 'missing', reason: 'does not exist' },
  ENOTDIR: { why: 'missing', reason: 'does not exist: part of its path is not a folder' },
  EACCES: { why: 'refused', reason: 'is not readable by this user' },
  EPERM: { why: 'refused', reason: 'is not readable by this user' },
  ELOOP: { why: 'refused', reason: 'is a symbolic link that leads to itself' },
  ENAMETOOLONG: { why: 'missing', reason: 'has a path longer than the system allows' },
  ERR_INVALID_ARG_VALUE: { why: 'missing', reason: 'has a path with a NUL character' },
}

/** Every failure of the operating system is reported; anything else is a bug and is thrown on. */
function unreadable(error: unknown): Unreadable {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error
  return { ok: false, ...(REASONS[error.code] ?? { why: 'refused', reason: `cannot be read (${error.code})` }) }
}
