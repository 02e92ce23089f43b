import type { Assembly } from '../../assemble/assembly.ts'
import type { MediumLoad } from '../../model/system-model.ts'
import { foldedPath, isOnFat, lostOnFat, type OnFat } from '../../u-boot/fat.ts'
import type { Verdict } from '../rule.ts'
import { type FileOnMedium, filesOnMedium, fromRoot, mediumNameOf, wrongPaths } from './on-medium.ts'

/** Checks that FAT can hold every path as it is written, and none twice, on media that are FAT, or may be, as `onFat` says. */
export const fatPaths =
  (onFat: Exclude<OnFat, 'no'>) =>
  ({ plan }: Assembly, verdict: Verdict): void => {
    const files = filesOnMedium(plan).filter(({ load }) => isOnFat(load) === onFat)
    for (const { text, at, help, reason, file } of wrongPaths(files, (_, path) => lostOnFat(path)))
      verdict.violated({ at, message: `'${text}' ${reason}, which FAT does not allow`, help: orSay(help, file.load) })
    reportSameNames(files, verdict)
  }

/** `help`, and where the file system is not known, to load from another, which has no such limits. */
const orSay = (help: string, load: MediumLoad): string =>
  isOnFat(load) === 'unknown' ? `${help}, or load with a command of the file system's own, such as ext4load` : help

/** A file, or a folder that it lies in. */
interface Place {
  readonly path: string
  readonly file: FileOnMedium
}

/** Reports two files, or a file and a folder, whose paths differ only in case. Two such folders do no harm: on FAT they are one, with the files of both. */
function reportSameNames(files: readonly FileOnMedium[], verdict: Verdict): void {
  const key = ({ file, path }: Place): string => `${mediumNameOf(file)}\n${foldedPath(path)}`
  const taken = new Map<string, Place>()
  const folders = new Map<string, Place>()
  for (const file of files) {
    const whole = { path: fromRoot(file), file }
    const above = foldersOf(whole)
    const same = [
      [whole, taken.get(key(whole)) ?? folders.get(key(whole))] as const,
      ...above.map((folder) => [folder, taken.get(key(folder))] as const),
    ].find(([own, other]) => other !== undefined && own.path !== other.path)
    if (same?.[1]) reportSame(same[0], same[1], verdict)
    for (const [map, place] of [[taken, whole] as const, ...above.map((folder) => [folders, folder] as const)])
      if (!map.has(key(place))) map.set(key(place), place)
  }
}

function reportSame({ path, file }: Place, other: Place, verdict: Verdict): void {
  verdict.violated({
    at: file.at,
    message: `'${path}' and '${other.path}' on the boot medium differ only in case, and are one file on FAT`,
    help: orSay(file.isOutput ? 'rename the domain' : 'rename the file', file.load),
    related: [{ at: other.file.at, message: `'${other.path}' is for this` }],
  })
}

/** The folders of a path: `a` and `a/b` for `a/b/c`. */
function foldersOf({ path, file }: Place): readonly Place[] {
  const names = path.split('/').slice(0, -1)
  return names.map((_, index) => ({ path: names.slice(0, index + 1).join('/'), file }))
}
