/** Paths of guests' images in dom0's file system. */
import { posix } from 'node:path'
import type { FileReference } from '../model/system-model.ts'
import { placeOnDisk } from '../u-boot/medium-path.ts'
import { treeByXl } from './by-domain.ts'
import type { PlannedDom0less, PlannedPartialTree, PlannedXl, SystemPlan } from './system-plan.ts'

/** A file that xl reads. */
export interface FileOfXl {
  /** Of the user's; a text: of the output. */
  readonly file: FileReference | string
  /** Absolute path in dom0. */
  readonly place: string
  /** JSON pointer of the key that asks for it. */
  readonly pointer: string
}

type XlGuest = PlannedXl | PlannedDom0less

/** Domains that an xl configuration is written for: first those of xl, then those that it can create again. */
export const guestsOfXl = ({ xl, dom0less }: Pick<SystemPlan, 'xl' | 'dom0less'>): readonly XlGuest[] => [
  ...xl,
  ...dom0less.filter(({ notRecreatable }) => notRecreatable === undefined),
]

/** As `build.json` names a file of the user's: an absolute path means nothing elsewhere. */
export const recordedPath = ({ path }: FileReference): string => (posix.isAbsolute(path) ? posix.basename(path) : path)

/** Every file once: the user's, then trees that domforge compiles; nothing without dom0. Two may have one place: that is reported (OUT-010). */
export const filesOfXl = (plan: SystemPlan): readonly FileOfXl[] => (plan.dom0 ? [...placesIn(plan).values()] : [])

/** Absolute path in dom0 of a file of a domain that an xl configuration is written for. */
export const pathInDom0 = (plan: SystemPlan, file: FileReference | string): string =>
  placesIn(plan).get(keyOf(file))?.place ??
  posix.join(folderOf(plan), posix.basename(typeof file === 'string' ? file : file.path))

/** The same of a partial tree. */
export const treeInDom0 = (plan: SystemPlan, tree: PlannedPartialTree): string =>
  pathInDom0(plan, tree.kind === 'file' ? tree.reference : tree.output)

const known = new WeakMap<SystemPlan, ReadonlyMap<string, FileOfXl>>()

function placesIn(plan: SystemPlan): ReadonlyMap<string, FileOfXl> {
  const places = known.get(plan) ?? computePlaces(plan)
  known.set(plan, places)
  return places
}

/** Equal for one file; no absolute path is that of an output. */
const keyOf = (file: FileReference | string): string => (typeof file === 'string' ? file : placeOnDisk(file))

/**
 * All are flat in `files-at`. What domforge compiles has the name of its domain before its own; a file of the user's whose name is taken gets the
 * same. By `keyOf`.
 */
function computePlaces(plan: SystemPlan): ReadonlyMap<string, FileOfXl> {
  const guests = guestsOfXl(plan)
  const compiled = guests.flatMap(compiledTree)
  const owners = new Map<string, FileReference | string>(compiled.map(({ name, file }) => [name, file]))
  const files = new Map<string, FileOfXl>()
  const put = (file: FileReference | string, name: string, pointer: string): void => {
    files.set(keyOf(file), { file, place: posix.join(folderOf(plan), name), pointer })
  }
  for (const guest of guests)
    for (const file of filesOf(guest)) {
      if (files.has(keyOf(file))) continue
      const name = freeName(file, guest.domain.name, owners)
      if (!owners.has(name)) owners.set(name, file)
      put(file, name, file.pointer)
    }
  for (const { file, name, pointer } of compiled) put(file, name, pointer)
  return files
}

/** Whoever puts the files there goes by the paths in build.json: two that are equal there cannot be told apart. */
function freeName(file: FileReference, domain: string, owners: ReadonlyMap<string, FileReference | string>): string {
  const name = posix.basename(file.path)
  const owner = owners.get(name)
  if (owner === undefined) return name
  const isSame = typeof owner !== 'string' && recordedPath(owner) === recordedPath(file)
  return isSame ? name : `${domain}-${name}`
}

const folderOf = ({ dom0 }: SystemPlan): string => dom0?.domain['files-at'] ?? '/'

function compiledTree(guest: XlGuest): readonly { file: string; name: string; pointer: string }[] {
  const tree = treeByXl(guest)
  if (tree?.kind !== 'generated') return []
  return [{ file: tree.output, name: `${guest.domain.name}-${posix.basename(tree.output)}`, pointer: tree.pointer }]
}

function filesOf(guest: XlGuest): readonly FileReference[] {
  const { kernel, ramdisk } = guest.domain
  const tree = treeByXl(guest)
  return [kernel.image, ...(ramdisk ? [ramdisk] : []), ...(tree?.kind === 'file' ? [tree.reference] : [])]
}
