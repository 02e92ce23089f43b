/** Device trees and overlays from disk, blob or source. */
import { posix, resolve } from 'node:path'
import type { DeviceTree } from '../devicetree/model.ts'
import { parseDts } from '../devicetree/parse/parse-dts.ts'
import type { DtResult } from '../devicetree/problem.ts'
import { readDtb } from '../devicetree/read/read-dtb.ts'
import { atValue, inFile, type Report } from '../diagnostics/diagnostic.ts'
import type { FileReference } from '../model/system-model.ts'
import { type Bytes, bytes } from '../units/quantities.ts'
import { GIC_PHANDLE } from '../xen/partial-tree.ts'
import type { InputList } from './inputs.ts'
import { readWholeInput } from './whole-file.ts'

/** Largest tree or source that is read; a real one has a few hundred KiB. */
export const LARGEST_TREE = 64 * 1024 * 1024

const REMEDY = 'correct the source, or build the blob again'

const BLOB_MAGIC = 0xd00d_feed

export interface TreeRequest {
  /** What the file is meant to be: decides the code of what is wrong with it. */
  readonly role: 'platform' | 'overlay' | 'partial'
  /** Whether a source gets `/__symbols__`, so that overlays find its labels. */
  readonly symbols: boolean
}

const CODES = { platform: 'REF-013', overlay: 'REF-018', partial: 'REF-026' } as const

/**
 * The tree that `reference` names, its references resolved; `undefined` after reporting why not. The file's first word, not its
 * name, decides what it is. A source may include others, found beside the file that asks for them.
 */
export function readTree(
  reference: FileReference,
  request: TreeRequest,
  inputs: InputList,
  report: Report,
): HostTree | undefined {
  const data = readTreeFile(reference, inputs, report)
  return data && understoodTree(data, reference, request, inputs, report)
}

/** The bytes of a tree or its source; `undefined` after reporting that they cannot be read. */
export const readTreeFile = (reference: FileReference, inputs: InputList, report: Report): Buffer | undefined =>
  readWholeInput(reference, LARGEST_TREE, inputs, report)

/** As `readTree`, of a file that was read: `data`. */
export function understoodTree(
  data: Buffer,
  reference: FileReference,
  { role, symbols }: TreeRequest,
  inputs: InputList,
  report: Report,
): HostTree | undefined {
  const { path } = reference
  const related = [{ at: atValue(reference.pointer), message: `${path} is named here` }]
  if (!startsAsBlob(data) && data.subarray(0, 1024).includes(0)) {
    const message = `${path} is neither a device tree blob nor a source: it holds binary data`
    report(CODES[role], { at: inFile(path), message, help: 'name a .dtb or a .dts', related })
    return undefined
  }
  const tree = treeFrom(data, reference, symbols, inputs)
  if (tree.ok) return tree.value
  for (const { message, at, help } of tree.problems)
    report(CODES[role], { at: at ?? inFile(path), message, help: help ?? remedyFor(role, message), related })
  return undefined
}

const remedyFor = (role: TreeRequest['role'], message: string): string =>
  role === 'partial' && message.includes("'&gic'") ? CONTROLLER : REMEDY

/** Partial trees refer to a controller that Xen and xl make. */
const CONTROLLER = `write <${GIC_PHANDLE}>, the phandle of the guest's interrupt controller, or add 'gic: gic { };' below the root`

/** A tree as it was read. */
export interface HostTree {
  readonly tree: DeviceTree
  /** Size of the file where it is a blob, which U-Boot can load as it is. */
  readonly blobSize?: Bytes
}

/**
 * The tree in `data`, the contents of `file`: a blob or a source, as its first word says. Sources may include others, which are found
 * beside the file that asks for them and noted among the inputs.
 */
export function treeFrom(data: Buffer, file: TreeFile, symbols: boolean, inputs: InputList): DtResult<HostTree> {
  const isBlob = startsAsBlob(data)
  const tree = isBlob ? blobTree(data, file.path) : parseSource(data, file, symbols, inputs)
  if (!tree.ok) return tree
  return { ok: true, value: { tree: tree.value, ...(isBlob ? { blobSize: bytes(data.length) } : {}) } }
}

const blobs = new WeakMap<Buffer, Map<string, DtResult<DeviceTree>>>()

/** Read once, whoever names it: everything that was found out about a tree is kept by its nodes. */
function blobTree(data: Buffer, path: string): DtResult<DeviceTree> {
  const byPath = blobs.get(data) ?? new Map<string, DtResult<DeviceTree>>()
  blobs.set(data, byPath)
  const tree = byPath.get(path) ?? readDtb(data, path)
  byPath.set(path, tree)
  return tree
}

type TreeFile = Pick<FileReference, 'path' | 'folder'>

/** Whether `data` begins like a blob. */
export const startsAsBlob = (data: Buffer): boolean => data.length >= 4 && data.readUInt32BE(0) === BLOB_MAGIC

function parseSource(
  data: Buffer,
  { path, folder }: TreeFile,
  symbols: boolean,
  inputs: InputList,
): DtResult<DeviceTree> {
  const readBeside = (wanted: string, from: string): { readonly file: string; readonly data: Buffer } | undefined => {
    const file = posix.isAbsolute(wanted) ? wanted : posix.join(posix.dirname(from), wanted)
    const place = resolve(inputs.folderOf(folder, file), file)
    const read = inputs.files.whole(place, LARGEST_TREE)
    if (!read.ok) return undefined
    inputs.recordWhole(place, file, read.data)
    return { file, data: read.data }
  }
  return parseDts(data.toString('utf8'), {
    file: path,
    symbols,
    include: (wanted, from) => {
      const found = readBeside(wanted, from)
      return found && { file: found.file, text: found.data.toString('utf8') }
    },
    incbin: (wanted, from) => readBeside(wanted, from)?.data,
  })
}
