/** The first stage: a file's name in, a well-formed document out. */
import { dirname, resolve } from 'node:path'
import { isMap } from 'yaml'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import type { SourceDocument } from './document.ts'
import { Locator } from './locate.ts'
import { parseYaml } from './parse.ts'
import { project } from './project.ts'
import { readText } from './read-text.ts'
import type { SourceText } from './text.ts'

/**
 * Reads and parses the manifest. `undefined` after reporting why there is no document: MAN-001 when the file cannot be
 * read at all, other codes when it is no YAML.
 */
export function readSource(file: string, report: Report): SourceDocument | undefined {
  const source = readText(file, report)
  return source && sourceOf(source, dirname(resolve(file)), report)
}

/** The document in a text that was read already; `folder` is absolute. */
export function sourceOf(source: SourceText, folder: string, report: Report): SourceDocument | undefined {
  const document = parseYaml(source, report)
  if (!document) return undefined
  const root = document.contents
  if (!isMap(root)) {
    const at = root && root.range[0] < root.range[1] ? source.place(root.range[0], root.range[1]) : inFile(source.file)
    const message = at.line === undefined ? 'the manifest is empty' : 'the manifest is no map of keys to values'
    report('MAN-007', { at, message, help: "begin with 'api-version: domforge/v1'" })
    return undefined
  }
  const projection = project(root, source, report)
  if (!projection) return undefined
  const locator = new Locator(root, projection.targets, source)
  return {
    file: source.file,
    folder,
    value: projection.value,
    wideIntegers: projection.wideIntegers,
    written: (pointer) => locator.written(pointer),
    locate: (origin) => locator.place(origin),
  }
}
