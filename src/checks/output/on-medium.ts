/** Files that U-Boot loads from boot media, and the places in the manifest that ask for them. */
import { posix } from 'node:path'
import { atKey, atValue, type ManifestOrigin } from '../../diagnostics/diagnostic.ts'
import { isMedium, type MediumLoad } from '../../model/system-model.ts'
import { loadedFiles } from '../../plan/loaded-files.ts'
import type { LoadedFile, SystemPlan } from '../../plan/system-plan.ts'
import { BOARD_TREE_FILE, mediumOf, SCRIPT_FILE, TREE_FILE } from '../../u-boot/medium-path.ts'

/** A file on a boot medium. */
export interface FileOnMedium {
  readonly load: MediumLoad
  /** Its path as the script writes it, prefix included. */
  readonly path: string
  readonly at: ManifestOrigin
  /** Domforge makes it, and names it after an output, or after the domain at `at`. */
  readonly isOutput: boolean
}

/** All files: the script, which no command of it loads, then outputs, then the user's files, both in the order in which they are loaded. */
export function filesOnMedium({ model, load }: SystemPlan): readonly FileOnMedium[] {
  const { boot, domains } = model
  const pointers = new Map(domains.map(({ name, pointer }) => [name, pointer]))
  const ofDomain = ({ usedBy: [name = ''] }: LoadedFile): ManifestOrigin => atKey(pointers.get(name) ?? boot.pointer)
  const all = loadedFiles(load).flatMap((file): readonly FileOnMedium[] => {
    const { load: method } = file
    if (!isMedium(method)) return []
    const isInMemory = file.kind === 'device-tree' && boot['tree-from'] !== undefined
    const isMade = file.contents.kind === 'generated' && file.kind !== 'overlay'
    const own = {
      load: method,
      path: withPrefix(method, file.path),
      at: isMade ? ofDomain(file) : atValue(file.pointer),
      isOutput: isMade || (file.kind === 'device-tree' && MADE_TREES.includes(file.path)),
    }
    const { behind } = file
    const metadata = behind && {
      load: method,
      path: withPrefix(method, behind.path),
      at: ofDomain(file),
      isOutput: true,
    }
    return [...(isInMemory ? [] : [own]), ...(metadata ? [metadata] : [])]
  })
  const script = isMedium(boot.load)
    ? [{ load: boot.load, path: withPrefix(boot.load, SCRIPT_FILE), at: atKey(boot.pointer), isOutput: true }]
    : []
  return [...script, ...all.filter(({ isOutput }) => isOutput), ...all.filter(({ isOutput }) => !isOutput)]
}

const MADE_TREES: readonly string[] = [TREE_FILE, BOARD_TREE_FILE]

const withPrefix = ({ prefix }: MediumLoad, path: string): string => `${prefix}${path}`

/** Path from the root of the medium, normalised, and without leading slashes. */
export const fromRoot = ({ path }: FileOnMedium): string => posix.normalize(path).replace(/^\/+/, '')

/** A key of the medium that a file is on. */
export const mediumNameOf = ({ load }: FileOnMedium): string => mediumOf({ ...load, prefix: '' })

/** A path that cannot be used as it is written. */
export interface WrongPath {
  readonly file: FileOnMedium
  /** The prefix of the load method, if that is wrong by itself; else the path. */
  readonly text: string
  readonly at: ManifestOrigin
  /** What to change: `rename the domain`. */
  readonly help: string
  /** The end of a sentence about `text`. */
  readonly reason: string
}

/** Paths of `files` for which `judge` returns a reason, each once; a prefix that is wrong by itself also only once. */
export function* wrongPaths(
  files: readonly FileOnMedium[],
  judge: (load: MediumLoad, path: string) => string | undefined,
): Generator<WrongPath> {
  const told = new Set<string>()
  for (const file of files) {
    const { load, path, isOutput } = file
    const folder = load.prefix.slice(0, load.prefix.lastIndexOf('/') + 1)
    const ofFolder = folder === '' ? undefined : judge(load, folder)
    const reason = ofFolder ?? judge(load, path)
    const text = ofFolder === undefined ? path : load.prefix
    if (reason === undefined || told.has(`${load.pointer} ${text}`)) continue
    told.add(`${load.pointer} ${text}`)
    if (ofFolder !== undefined)
      yield { file, text, at: atValue(`${load.pointer}/prefix`), help: 'change the prefix', reason }
    else yield { file, text, at: file.at, help: isOutput ? 'rename the domain' : 'rename the file', reason }
  }
}
