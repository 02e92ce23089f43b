/** What belongs into a domain's root file system, and where it is taken from: for any image builder. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { isRealFile, placeOf, whatIsAt } from '../output/places.ts'
import { enablingLink, type Link } from './enable.ts'
import type { Installable } from './record.ts'

/** A file that is to be copied. */
export interface Copy {
  readonly from: string
  readonly to: string
  readonly mode: number
  /** Path in the domain's file system. */
  readonly at: string
  /** That starts it with the machine. */
  readonly link?: Link
}

export interface Folders {
  /** Of the build. */
  readonly out: string
  /** Root of the domain's file system. */
  readonly into: string
  /** Where images are looked for, in this order. */
  readonly roots: readonly string[]
}

/** All copies, or all that stands against them. Writes nothing. Failures are the operating system's errors, thrown. */
export function copiesOf(
  files: readonly Installable[],
  folders: Folders,
): readonly Copy[] | { readonly mistakes: readonly string[] } {
  const isNamesake = namesakes(files)
  const planned = files.map((file) => copyOf(file, folders, isNamesake(file)))
  const mistakes = planned.filter((one) => typeof one === 'string')
  return mistakes.length > 0 ? { mistakes: [...new Set(mistakes)] } : planned.filter((one) => typeof one !== 'string')
}

/** Images that have one name in different folders: the name alone would not tell which is which. */
function namesakes(files: readonly Installable[]): (file: Installable) => boolean {
  const owners = new Map<string, Set<string>>()
  for (const { kind, path } of files)
    if (kind === 'image') owners.set(posix.basename(path), (owners.get(posix.basename(path)) ?? new Set()).add(path))
  return ({ path }) => (owners.get(posix.basename(path))?.size ?? 0) > 1
}

/** A text is what stands against it. */
function copyOf(file: Installable, folders: Folders, isNamesake: boolean): Copy | string {
  const from = file.kind === 'output' ? outputAt(file, folders.out) : imageAt(file, folders.roots, isNamesake)
  if (!from.found) return from.mistake
  const link = from.text === undefined ? undefined : enablingLink(file, from.text)
  const blocked =
    blockedAt(folders.into, file.at, 'isFile') ?? (link && blockedAt(folders.into, link.at, 'isSymbolicLink'))
  const copy = { from: from.place, to: placeOf(folders.into, file.at), mode: file.mode, at: `/${file.at}` }
  return blocked ?? (link ? { ...copy, link } : copy)
}

type Found =
  | { readonly found: true; readonly place: string; readonly text?: string }
  | { readonly found: false; readonly mistake: string }

function outputAt({ path, sha256 }: Installable, out: string): Found {
  const place = placeOf(out, path)
  if (!isRealFile(out, path)) return { found: false, mistake: `${place} is missing: build again` }
  const bytes = readFileSync(place)
  const is = createHash('sha256').update(bytes).digest('hex')
  return is === sha256
    ? { found: true, place, text: bytes.toString('utf8') }
    : { found: false, mistake: `${place} is not what the build wrote: build again` }
}

/** Where the manifest's path leads from a root, or a file of that name in it if no other image has that name. */
function imageAt({ path, at }: Installable, roots: readonly string[], isNamesake: boolean): Found {
  const candidates = roots.flatMap((root) => [
    join(root, path),
    ...(isNamesake ? [] : [join(root, posix.basename(path))]),
  ])
  const place = candidates.find((one) => existsSync(one) && statSync(one).isFile())
  if (place !== undefined) return { found: true, place }
  return {
    found: false,
    mistake: `${path}, which belongs at /${at}, is in none of ${roots.join(', ')}: name its folder with --root`,
  }
}

/**
 * What stands where something is to be put that may replace what is of its own kind. A link on the way would lead out
 * of the root: its target is meant as seen in the domain.
 */
function blockedAt(into: string, at: string, own: 'isFile' | 'isSymbolicLink'): string | undefined {
  const parts = at.split('/')
  for (let depth = 1; depth <= parts.length; depth++) {
    const step = parts.slice(0, depth).join('/')
    const found = whatIsAt(placeOf(into, step))
    if (!found) return undefined
    const fits = depth === parts.length ? found[own]() : found.isDirectory()
    if (!fits) return `${join(into, step)} is ${found.isSymbolicLink() ? 'a symbolic link' : 'in the way'}`
  }
  return undefined
}
