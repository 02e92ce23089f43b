/** The first stage: a file's name in, a well-formed document out. */
import { basename, relative, resolve, sep } from 'node:path'
import type { Report } from '../diagnostics/diagnostic.ts'
import { withBases } from './bases.ts'
import type { SourceDocument, SourceFile } from './document.ts'
import { folderOf, type Layer, layerOf } from './layer.ts'
import { holderOf, merge, type Part, plainValue } from './merge.ts'
import { wholeBudget } from './project.ts'
import { readText } from './read-text.ts'
import type { SourceText } from './text.ts'

/**
 * Reads and parses the manifest and what it extends. `undefined` after reporting why there is no document: MAN-001 when a
 * file cannot be read at all, other codes when it is not YAML.
 */
export function readSource(file: string, report: Report): SourceDocument | undefined {
  const source = readText(file, report)
  return source && sourceOf(source, folderOf(file), report)
}

/** The document in a text that was read already; `folder` is absolute. Its bases are read from the disk. */
export function sourceOf(source: SourceText, folder: string, report: Report): SourceDocument | undefined {
  const budget = wholeBudget()
  const top = layerOf(source, folder, budget, report)
  const layers = top && withBases(top, budget, report)
  const merged = layers && merge(layers, report)
  return merged && documentOf(layers, merged)
}

function documentOf(layers: readonly Layer[], merged: Part): SourceDocument {
  const { text, folder } = merged.layer
  return {
    file: text.file,
    folder,
    files: layers.map((layer) => sourceFile(layer, folder)),
    folderOf: (pointer) => holderOf(merged, pointer).layer.folder,
    value: plainValue(merged),
    wideIntegers: wideIntegers(layers, merged),
    written: (pointer) => {
      const { layer, exact } = holderOf(merged, pointer)
      return exact ? layer.written(pointer) : undefined
    },
    locate: (origin) => holderOf(merged, origin.pointer).layer.locate(origin),
  }
}

/** Those that no later file replaced or removed. */
function wideIntegers(layers: readonly Layer[], merged: Part): ReadonlyMap<string, bigint> {
  const isKept = (layer: Layer, pointer: string): boolean => {
    const holder = holderOf(merged, pointer)
    return holder.exact && holder.layer === layer
  }
  return new Map(layers.flatMap((layer) => [...layer.wideIntegers].filter(([pointer]) => isKept(layer, pointer))))
}

function sourceFile({ text, folder }: Layer, manifestFolder: string): SourceFile {
  const path = relative(manifestFolder, resolve(folder, basename(text.file)))
  return {
    path: path.split(sep).join('/'),
    data: text.data,
  }
}
