/** One file of a manifest: its values and their places, and the bases that it names. */
import { dirname, resolve } from 'node:path'
import { isMap } from 'yaml'
import {
  atValue,
  type FileOrigin,
  inFile,
  type ManifestOrigin,
  member,
  type Report,
} from '../diagnostics/diagnostic.ts'
import { isImageBuilders } from './imagebuilder.ts'
import { Locator } from './locate.ts'
import { parseYaml } from './parse.ts'
import { type Budget, project } from './project.ts'
import type { SourceText } from './text.ts'

export interface Layer {
  readonly text: SourceText
  /** Absolute path of the folder that its paths are relative to. */
  readonly folder: string
  readonly value: Readonly<Record<string, unknown>>
  readonly wideIntegers: ReadonlyMap<string, bigint>
  readonly written: (pointer: string) => string | undefined
  readonly locate: (origin: ManifestOrigin) => FileOrigin
  /** In the order in which they are to be applied. */
  readonly bases: readonly BaseName[]
}

/** A base as a file names it. */
export interface BaseName {
  readonly path: string
  readonly at: FileOrigin
}

/** The key that names bases. */
export const EXTENDS = 'extends'

/** What `text` says; `undefined` after reporting why it says nothing. `folder` is absolute. */
export function layerOf(text: SourceText, folder: string, budget: Budget, report: Report): Layer | undefined {
  if (isImageBuilders(text.text)) {
    report('MAN-007', {
      at: inFile(text.file),
      message: 'this is a configuration of ImageBuilder, not a manifest',
      help: "docs/imagebuilder.md says what each of its variables is in a manifest; 'domforge init BOARD.dtb' writes a first one",
    })
    return undefined
  }
  const document = parseYaml(text, report)
  if (!document) return undefined
  const root = document.contents
  if (!isMap(root)) {
    const at = root && root.range[0] < root.range[1] ? text.place(root.range[0], root.range[1]) : inFile(text.file)
    const message = at.line === undefined ? 'the manifest is empty' : 'the manifest is not a map of keys to values'
    report('MAN-007', { at, message, help: "begin with 'api-version: domforge/v1'" })
    return undefined
  }
  const projection = project(root, text, budget, report)
  if (!projection) return undefined
  const value = projection.value as Layer['value']
  const locator = new Locator(root, projection.targets, text)
  const locate = (origin: ManifestOrigin): FileOrigin => locator.place(origin)
  const bases = basesOf(value[EXTENDS], locate, report)
  if (!bases) return undefined
  const { wideIntegers } = projection
  return { text, folder, value, wideIntegers, written: (pointer) => locator.written(pointer), locate, bases }
}

/** `undefined` after reporting names that name no file. Without the key: none. */
function basesOf(value: unknown, locate: Layer['locate'], report: Report): readonly BaseName[] | undefined {
  if (value === undefined) return []
  const pointer = member('', EXTENDS)
  const isList = Array.isArray(value)
  const items: readonly unknown[] = isList ? value : [value]
  const names = items.map((path, index) => ({ path, at: locate(atValue(isList ? member(pointer, index) : pointer)) }))
  const good = names.filter((name): name is BaseName => isFileName(name.path))
  for (const { path, at } of names)
    if (typeof path !== 'string') report('MAN-012', { at, message: `'${EXTENDS}' is not a path`, help: HELP })
    else if (!isFileName(path)) report('MAN-022', { at, message: `this does not name a file: '${path}'`, help: HELP })
  return good.length === names.length ? good : undefined
}

const HELP = 'give the path of a file, or a list of such paths'

const isFileName = (path: unknown): boolean =>
  typeof path === 'string' && !/\p{Cc}/u.test(path) && path.trim() !== '' && !/(?:^|\/)\.{0,2}$/.test(path)

/** Absolute path of the folder in which `file`, a path as the user gives it, lies. */
export const folderOf = (file: string): string => dirname(resolve(file))
