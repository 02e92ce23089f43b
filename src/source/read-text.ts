/** The manifest's bytes as text: UTF-8 without control characters, of a size that a manifest can have. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { type FileOrigin, inFile, type Report } from '../diagnostics/diagnostic.ts'
import { SourceText } from './text.ts'

/** Bytes that the files of one manifest may have together: a hundred times the largest that is maintained by hand. */
export const LARGEST_MANIFEST = 1 << 20

/** A base, which another file names. */
export interface BaseRequest {
  /** Where it is named. */
  readonly at: FileOrigin
  /** Bytes that it may have. */
  readonly limit: number
}

/** Reads the file once. Reports MAN-001 when it cannot be read, MAN-002 when it is not text; then there is no result. */
export function readText(file: string, report: Report, base?: BaseRequest): SourceText | undefined {
  const data = readBytes(file, report, base)
  if (!data) return undefined
  const encoding = wrongEncoding(data)
  if (encoding !== undefined) {
    report('MAN-002', { at: inFile(file), message: `the file is ${encoding}`, help: 'save it as UTF-8' })
    return undefined
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(data)
    return withoutControls(new SourceText(file, text, data), report)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    reportNotUtf8(file, data, report)
    return undefined
  }
}

function readBytes(file: string, report: Report, base?: BaseRequest): Buffer | undefined {
  const limit = base?.limit ?? LARGEST_MANIFEST
  try {
    // A pipe on the command line is meant; a base that waits for ever is a mistake.
    if (base && !statSync(file).isFile()) throw Object.assign(new Error('it is not a file'), { code: 'ENOFILE' })
    const data = readUpTo(file, limit + 1)
    if (data.length <= limit) return data
    report('MAN-002', { at: inFile(file), ...tooLarge(base) })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (base) {
      const message = `the base '${file}' cannot be read: ${reasonOf(error)}`
      report('MAN-001', { at: base.at, message, help: 'name a file, relative to the folder of the file that names it' })
    } else {
      const help = DENIED.includes(String(error.code)) ? LET_READ : HELP
      report('MAN-001', { at: inFile(file), message: `the manifest cannot be read: ${reasonOf(error)}`, help })
    }
  }
  return undefined
}

const tooLarge = (base: BaseRequest | undefined): { readonly message: string; readonly help: string } =>
  base
    ? {
        message: `with this file the manifest is larger than ${LARGEST_MANIFEST} bytes`,
        help: 'is this the right file?',
      }
    : { message: `the file is larger than ${LARGEST_MANIFEST} bytes`, help: HELP }

/** Also from pipes, and never more than asked for: devices have no end. */
function readUpTo(file: string, limit: number): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    let data = Buffer.alloc(Math.min(limit, Math.max(fstatSync(descriptor).size + 1, SOME)))
    let length = 0
    for (;;) {
      const count = readSync(descriptor, data, length, data.length - length, null)
      length += count
      if (count === 0 || length === limit) return data.subarray(0, length)
      if (length === data.length) data = Buffer.concat([data], Math.min(limit, 2 * length))
    }
  } finally {
    closeSync(descriptor)
  }
}

/** Bytes that hold most manifests; also of a pipe, whose length nobody knows. */
const SOME = 1 << 12

const HELP = 'name a manifest, such as system.yaml'

const DENIED: readonly string[] = ['EACCES', 'EPERM']

const LET_READ = 'make the file, and the folders above it, readable for the user who runs domforge'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of its path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'its name is too long',
  ERR_INVALID_ARG_VALUE: 'its name has a NUL character',
}

const reasonOf = (error: Error & { readonly code?: unknown }): string => REASONS[String(error.code)] ?? error.message

function wrongEncoding(data: Buffer): string | undefined {
  const mark = data.subarray(0, 2).toString('hex')
  return mark === 'fffe' || mark === 'feff' ? 'UTF-16' : undefined
}

/** A line break's byte is never part of another character, so that the first bad line can be found line by line. */
function reportNotUtf8(file: string, data: Buffer, report: Report): void {
  const strict = new TextDecoder('utf-8', { fatal: true })
  const lenient = new TextDecoder('utf-8')
  for (let start = 0, line = 1; start < data.length; line++) {
    const newline = data.indexOf(0x0a, start)
    const bytes = data.subarray(start, newline < 0 ? data.length : newline)
    try {
      strict.decode(bytes)
    } catch {
      const text = lenient.decode(bytes)
      const column = text.indexOf('\ufffd') + 1
      const at = inFile(file, { line, column, endColumn: column + 1, text })
      report('MAN-002', { at, message: 'this is not UTF-8', help: 'save the file as UTF-8' })
      return
    }
    start += bytes.length + 1
  }
}

/** Most manifests are ASCII: Unicode's classes are slow to set up. */
const UNUSUAL = /[^\n\x20-\x7e]/

/** What YAML 1.2 does not call printable, carriage returns that end no line, and line breaks that only some tools know. */
const forbidden = (): RegExp => /(?![\t\n])\p{Cc}(?<!\r(?=\n))|[\u2028\u2029\ufffe\uffff]/u

function withoutControls(source: SourceText, report: Report): SourceText | undefined {
  const match = UNUSUAL.test(source.text) ? forbidden().exec(source.text) : null
  if (!match) return source
  const code = (match[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0')
  report('MAN-002', {
    at: source.place(match.index, match.index + 1),
    message: `the character U+${code.toUpperCase()} is not allowed in a manifest`,
    help: code === '000d' ? 'end lines with a line feed' : 'remove it, or write it as an escape in a "quoted" string',
  })
  return undefined
}
