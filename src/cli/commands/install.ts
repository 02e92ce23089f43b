import { join } from 'node:path'
import { readWhole } from '../../facts/disk.ts'
import { carryOut, type Refused } from '../../install/carry-out.ts'
import { copiesOf, type Folders } from '../../install/copies.ts'
import { type Installable, type InstallRecord, installRecord } from '../../install/record.ts'
import { isSystemError, whyNoFolder } from '../../output/system-error.ts'
import { EXIT } from '../exit-status.ts'
import { stderr, stdout } from '../output.ts'
import { type Invocation, valuesOf } from '../parse.ts'
import { meant, refuseUsage } from '../refuse.ts'

/** `domforge install`: paths in the domain's file system on stdout, one a line. */
export function install(invocation: Invocation): number {
  const { domain, into, init } = invocation.options
  const out = invocation.arguments['out'] ?? ''
  if (domain === undefined || into === undefined)
    return refuseUsage(`--${domain === undefined ? 'domain' : 'into'} is missing`)
  const record = recordIn(out)
  if (typeof record === 'string') return fail(EXIT.unreadable, [`${out}/build.json: ${record}`])
  const { domains } = record
  if (!domains.includes(String(domain)))
    return refuseUsage(`--domain: there is no '${domain}'${meant(String(domain), domains)}`)
  const files = record.files.filter((file) => file.domain === domain && (file.init === undefined || file.init === init))
  const folders = { out, into: String(into), roots: ['.', ...valuesOf(invocation, 'root')] }
  try {
    return carriedOut(files, folders, invocation.options['quiet'] === true)
  } catch (error) {
    if (!isSystemError(error)) throw error
    return fail(EXIT.errors, [`${folders.into} cannot be written: ${whyNoFolder(error)}`])
  }
}

/** Bytes: more than the record of any system has. */
const LARGEST = 16 * 1024 * 1024

function recordIn(out: string): InstallRecord | string {
  const read = readWhole(join(out, 'build.json'), LARGEST)
  return read.ok ? installRecord(read.data.toString('utf8')) : `it ${read.reason}`
}

function carriedOut(files: readonly Installable[], folders: Folders, isQuiet: boolean): number {
  const copies = copiesOf(files, folders)
  if ('mistakes' in copies) return fail(EXIT.errors, copies.mistakes)
  const refused = carryOut(copies, folders.into)
  if (refused) return fail(EXIT.errors, [`${folders.into} cannot be written: ${whyRefused(refused)}`])
  if (!isQuiet && copies.length === 0)
    stderr.write('domforge: this domain needs no file of the build, and nothing was copied\n')
  if (!isQuiet) stdout.write(copies.map(({ at, link }) => (link ? `${at}\n/${link.at}\n` : `${at}\n`)).join(''))
  return EXIT.ok
}

const whyRefused = ({ error, moved, of }: Refused): string =>
  `${whyNoFolder(error)}; ${moved === 0 ? 'nothing there was changed' : `${moved} of ${of} files are new there already`}`

function fail(status: number, mistakes: readonly string[]): number {
  stderr.write(mistakes.map((mistake) => `domforge: ${mistake}\n`).join(''))
  return status
}
