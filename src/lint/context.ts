/** From files to what Xen finds when it starts. */

import type { BootContext, MemoryAtBoot } from '../checks/xen/boot-context.ts'
import { readAsXen, type XenView } from '../checks/xen/view.ts'
import { inFile } from '../diagnostics/diagnostic.ts'
import type { FileFacts } from '../facts/facts.ts'
import type { Bytes, HostPhys } from '../units/quantities.ts'
import { type Range, range } from '../units/range.ts'
import type { RunningXen } from '../xen/point-releases.ts'
import type { FileInMemory, LintInputs } from './read.ts'
import type { LintRequest } from './request.ts'

/** What lies at each `--file`, by what the tree makes of its address. */
export interface Memory {
  readonly atBoot: MemoryAtBoot
  /** Nothing in the tree points there, and it is neither Xen nor the tree: mostly a mistyped address. */
  readonly strangers: readonly FileInMemory[]
}

/** This Xen started with these inputs. */
export function contextOf(request: LintRequest, inputs: LintInputs, { release, point }: RunningXen): BootContext {
  const { host, treeSize, kconfig, files } = inputs
  const context = {
    tree: host.tree,
    ...(treeSize === undefined ? {} : { treeSize }),
    entry: request.entry,
    release,
    ...(point === undefined ? {} : { point }),
    ...(kconfig ? { kconfig } : {}),
    origin: inFile(request.tree),
  }
  return files.length === 0 ? context : { ...context, memory: memoryOf(files, readAsXen(context)).atBoot }
}

/** What the files are for; Xen's early scan decides which addresses are modules'. */
export function memoryOf(files: readonly FileInMemory[], { modules }: XenView): Memory {
  const isModule = ({ address }: FileInMemory): boolean => modules.some(({ range }) => range?.base === address)
  const others = files.filter((file) => !isModule(file))
  const xen = only(others.filter(({ file }) => runtimeOf(file) !== undefined))
  const deviceTree = only(others.filter(({ tree }) => tree !== undefined))
  return {
    atBoot: {
      ...(xen ? { xen: place(xen, runtimeOf(xen.file) ?? xen.file.size) } : {}),
      ...(deviceTree ? { deviceTree: place(deviceTree, deviceTree.file.size) } : {}),
      modules: files.filter(isModule).map((module) => ({
        range: place(module, module.file.size),
        path: module.file.path,
        file: module.file,
        ...(module.tree ? { tree: module.tree } : {}),
      })),
      isComplete: false,
    },
    strangers: others.filter((file) => file !== xen && file !== deviceTree),
  }
}

/** The one of its kind: of two images that are not modules, either could be Xen. */
const only = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined)

const place = ({ address }: FileInMemory, size: Bytes): Range<HostPhys> => range(address, size)

/** What an arm64 Image takes while it runs, its uninitialised data included. */
const runtimeOf = ({ format, size }: FileFacts): Bytes | undefined =>
  format.kind !== 'arm64-image' ? undefined : format.imageSize > size ? format.imageSize : size
