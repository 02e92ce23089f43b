/** What an earlier build chose and this one has to keep (schemas/lock.schema.json). */
import { posix } from 'node:path'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import { readWhole } from './disk.ts'

export interface Lock {
  /** `entity/field` → value, as written. What the values mean is the plan's business. */
  readonly entries: ReadonlyMap<string, string>
}

export const EMPTY_LOCK: Lock = { entries: new Map() }

/** `lock` without its entries about the domains, regions, channels and devices called `names`: those whose path contains such a name. */
export const forgetting = ({ entries }: Lock, names: readonly string[] = []): Lock => ({
  entries: new Map([...entries].filter(([key]) => !namesIn(key).some((name) => names.includes(name)))),
})

/** Every name that some entry is about. */
export const lockedNames = ({ entries }: Lock): readonly string[] => [...new Set([...entries.keys()].flatMap(namesIn))]

/** Steps at odd places are names: `shared-memory/<name>/access/<name>/guest-address`. */
const namesIn = (key: string): readonly string[] => key.split('/').filter((_, index) => index % 2 === 1)

/** `system.lock.yaml` beside `system.yaml`. */
export const lockBeside = (manifest: string): string => `${manifest.replace(/\.ya?ml$/, '')}.lock.yaml`

/** The last line. A file without it was cut off: everything past the cut would silently be chosen anew. */
export const LOCK_END = '# End of the lock file.'

/** More than a line for each number that Xen could ever be given. */
const LARGEST = 4 * 1024 * 1024

const NAME = '[A-Za-z][A-Za-z0-9_.-]{0,39}'
const ADDRESS = '0x[0-9a-f]{1,16}'
const RANGE = `${ADDRESS}\\+${ADDRESS}`

/** What an entry may be called, and what it may say. */
const FORMS: readonly (readonly [key: string, value: string])[] = [
  [`domains/${NAME}/order`, '[1-9][0-9]{0,4}'],
  [`domains/${NAME}/static-mem`, `${RANGE}(?:,${RANGE}){0,63}`],
  [`domains/${NAME}/llc-colors`, '[0-9]{1,5}(?:-[0-9]{1,5})?(?:,[0-9]{1,5}(?:-[0-9]{1,5})?){0,63}'],
  [`shared-memory/${NAME}/id`, '[A-Za-z][A-Za-z0-9_.-]{0,14}'],
  [`shared-memory/${NAME}/host-address`, RANGE],
  [`shared-memory/${NAME}/access/${NAME}/guest-address`, RANGE],
  [`event-channels/${NAME}/ends/${NAME}/port`, '[1-9][0-9]{0,3}'],
  [`argo/${NAME}/port`, '[1-9][0-9]{0,9}'],
  [`domains/${NAME}/passthrough/${NAME}/(?:with-[0-9]{1,3}-)?(?:register|window)-[0-9]{1,3}`, RANGE],
  [`domains/${NAME}/qemu-windows`, RANGE],
  [`virtio/${NAME}/offset`, RANGE],
  [`virtio/${NAME}/guest-address`, RANGE],
  [`virtio/${NAME}/interrupt`, '3[3-9]|4[0-3]'],
]

const ENTRIES = FORMS.map(([key, value]) => new RegExp(`^(${key}): (${value})$`))

/**
 * The lock at `file`; an empty one where there is none. `undefined` after reporting OUT-006 for one that no build wrote, or only a part of:
 * what it says of guests would silently be lost.
 */
export function readLock(file: string, report: Report): Lock | undefined {
  const read = readWhole(file, LARGEST)
  if (!read.ok) {
    if (read.why === 'missing') return EMPTY_LOCK
    return refuse(file, undefined, `the lock file ${posix.basename(file)} ${read.reason}`, report)
  }
  const lines = read.data
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.trimEnd())
  const entries = new Map<string, string>()
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue
    const [key, value] = entryOf(line)
    if (key === undefined || value === undefined) return refuse(file, index + 1, problemOf(line), report)
    if (entries.has(key)) return refuse(file, index + 1, `'${key}' is there twice`, report)
    entries.set(key, value)
  }
  if (lines.findLast((line) => line !== '') === LOCK_END) return { entries }
  const message = `the lock file ${posix.basename(file)} is cut off: its last line is not '${LOCK_END}'`
  return refuse(file, undefined, message, report)
}

const problemOf = (line: string): string =>
  /^(<{7}|={7}|>{7}|\|{7})/.test(line)
    ? 'a merge left both sides of a conflict in the lock file'
    : `${JSON.stringify(line.slice(0, 60))} is not an entry that this version of domforge knows: a newer one may have written it`

function entryOf(line: string): readonly (string | undefined)[] {
  for (const form of ENTRIES) {
    const match = form.exec(line)
    if (match) return match.slice(1, 3)
  }
  return []
}

function refuse(file: string, line: number | undefined, message: string, report: Report): undefined {
  const help =
    'restore it from version control, build with the version that wrote it, or remove it and let domforge choose again'
  report('OUT-006', { at: inFile(file, line === undefined ? {} : { line }), message, help })
}
