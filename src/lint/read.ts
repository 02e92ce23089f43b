/** Reads what a lint is about: a tree with its overlays, a `.config`, the files in memory. */
import { resolve } from 'node:path'
import type { DeviceTree } from '../devicetree/model.ts'
import { applyOverlay } from '../devicetree/overlay/apply-overlay.ts'
import type { DtProblem } from '../devicetree/problem.ts'
import { writeDtb } from '../devicetree/write/write-dtb.ts'
import type { Code } from '../diagnostics/catalogue/index.ts'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import { readWhole, type Unreadable } from '../facts/disk.ts'
import type { FileFacts, Kconfig } from '../facts/facts.ts'
import { type HostTree, LARGEST_TREE, startsAsBlob, treeFrom } from '../facts/host-tree.ts'
import { readImageFile } from '../facts/image-file.ts'
import { InputList } from '../facts/inputs.ts'
import { LARGEST_CONFIG, parseKconfig } from '../facts/kconfig.ts'
import { isOverlay } from '../facts/overlaid.ts'
import { LARGEST_XEN, versionInImage } from '../facts/version-in-image.ts'
import { type Bytes, bytes, type HostPhys } from '../units/quantities.ts'
import type { XenVersion } from '../xen/version.ts'
import type { LintRequest, LoadedAt } from './request.ts'

export interface LintInputs {
  readonly host: HostTree
  /** Of the tree as U-Boot would hand it over; absent: it cannot be flattened. */
  readonly treeSize?: Bytes
  readonly kconfig?: Kconfig
  readonly files: readonly FileInMemory[]
}

export interface FileInMemory {
  readonly address: HostPhys
  readonly file: FileFacts
  /** Of a device tree blob. */
  readonly tree?: DeviceTree
}

/** `undefined` after reporting every file that cannot be read, or is not what it is meant to be. */
export function readInputs(request: LintRequest, report: Report): LintInputs | undefined {
  const host = readHost(request, report)
  const kconfig = request.config === undefined ? undefined : readConfig(request.config, report)
  const files = request.files.map((loaded) => readFile(loaded, report))
  const known = files.filter((file) => file !== undefined)
  if (!host || known.length < files.length || (request.config !== undefined && !kconfig)) return undefined
  const treeSize = sizeOf(host)
  return { host, files: known, ...(treeSize === undefined ? {} : { treeSize }), ...(kconfig ? { kconfig } : {}) }
}

function sizeOf({ tree, blobSize }: HostTree): Bytes | undefined {
  if (blobSize !== undefined) return blobSize
  const blob = writeDtb(tree)
  return blob.ok ? bytes(blob.value.length) : undefined
}

function readHost({ tree, overlays }: LintRequest, report: Report): HostTree | undefined {
  const base = readTree(tree, 'REF-013', overlays.length > 0, report)
  const over = overlays.map((path) => ({ path, overlay: readTree(path, 'REF-018', true, report)?.tree }))
  if (!base || over.length === 0) return base
  let merged: DeviceTree | undefined = base.tree
  for (const { path, overlay } of over) merged = merged && overlay && withOverlay(merged, overlay, path, tree, report)
  return merged && { tree: merged }
}

function withOverlay(
  tree: DeviceTree,
  overlay: DeviceTree,
  path: string,
  below: string,
  report: Report,
): DeviceTree | undefined {
  if (!isOverlay(overlay)) {
    const message = `${path} is not an overlay: none of its nodes has an __overlay__`
    report('REF-018', { at: inFile(path), message, help: 'name a .dtbo, or a source with /plugin/' })
    return undefined
  }
  const applied = applyOverlay(tree, overlay)
  if (applied.ok) return applied.value
  reportProblems(applied.problems, 'REF-018', path, `see whether it was made for ${below}`, report)
  return undefined
}

function readTree(path: string, code: Code, symbols: boolean, report: Report): HostTree | undefined {
  const data = readAll(path, LARGEST_TREE, report)
  const tree = data && treeFrom(data, { path, folder: '' }, symbols, new InputList())
  if (!tree || tree.ok) return tree?.value
  reportProblems(tree.problems, code, path, 'name a device tree, a blob or a source that cpp has been over', report)
  return undefined
}

function reportProblems(
  problems: readonly DtProblem[],
  code: Code,
  path: string,
  remedy: string,
  report: Report,
): void {
  for (const { message, at, help } of problems) report(code, { at: at ?? inFile(path), message, help: help ?? remedy })
}

function readConfig(path: string, report: Report): Kconfig | undefined {
  const data = readAll(path, LARGEST_CONFIG, report)
  const parsed = data && parseKconfig(data.toString('utf8'), path)
  if (!parsed || parsed.ok) return parsed?.value
  const { line, text } = parsed.bad
  report('REF-014', {
    at: inFile(path, { line }),
    message: `${path} line ${line} is not an option of Kconfig: ${JSON.stringify(text.slice(0, 60))}`,
    help: "name the .config of Xen's build folder",
  })
  return undefined
}

function readFile({ address, path }: LoadedAt, report: Report): FileInMemory | undefined {
  const image = readImageFile(resolve(path))
  if (!image.ok) return refuse(path, image, report)
  const xen = versionIn(path, image.size)
  const file = { path, size: image.size, format: image.format, ...(xen ? { xen } : {}) }
  if (!startsAsBlob(image.head)) return { address, file }
  const tree = readTree(path, 'REF-026', false, report)
  return tree && { address, file, tree: tree.tree }
}

/** Of Xen's own image; other files are none. */
function versionIn(path: string, size: Bytes): XenVersion | undefined {
  const whole = size > LARGEST_XEN ? undefined : readWhole(resolve(path), LARGEST_XEN)
  return whole?.ok ? versionInImage(whole.data) : undefined
}

function readAll(path: string, limit: number, report: Report): Buffer | undefined {
  const file = readWhole(resolve(path), limit)
  if (!file.ok) return refuse(path, file, report)
  if (file.data.length > 0) return file.data
  report('REF-012', { at: inFile(path), message: `${path} is empty` })
  return undefined
}

const refuse = (path: string, { why, reason }: Unreadable, report: Report): undefined =>
  report(why === 'not a file' ? 'REF-011' : 'REF-010', { at: inFile(path), message: `${path} ${reason}` }) as undefined
