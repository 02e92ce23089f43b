/** Places every file that must lie in memory when Xen starts. */
import { type Board, type FileFacts, roomOf } from '../facts/facts.ts'
import { addressPointer } from '../model/load.ts'
import type { Bitstream, SystemModel } from '../model/system-model.ts'
import type { LoadedFile } from '../plan/system-plan.ts'
import { BOARD_TREE_FILE, mediumPath, TREE_FILE } from '../u-boot/medium-path.ts'
import type { Need } from '../u-boot/need.ts'
import { atLeastAPage, LOAD_ALIGNMENT, loadOfXen, needOfRunningXen, needOfXen } from '../u-boot/xen-image.ts'
import { alignUp, type Bytes, type HostPhys, PAGE, sum } from '../units/quantities.ts'
import { type Range, range, subtract } from '../units/range.ts'
import { TREE_SLOT } from '../xen/boot-memory.ts'
import { firstFit } from './first-fit.ts'
import type { ModuleRequest, RequestedFile } from './modules.ts'

/** A file before it has an address. */
export interface LoadItem {
  readonly file: Omit<LoadedFile, 'address' | 'room'>
  readonly need: Need
}

/** Xen's image. */
export const xenItem = (model: SystemModel, facts: FileFacts, board: Board): LoadItem => ({
  file: xenFile(model, facts),
  need: needOfXen(model, facts, board),
})

function xenFile(model: SystemModel, facts: FileFacts): LoadItem['file'] {
  const { path, pointer } = model.xen.image
  return {
    id: 'xen',
    kind: 'xen',
    path: mediumPath(path),
    load: loadOfXen(model),
    contents: { kind: 'file', facts },
    size: facts.size,
    usedBy: [],
    pointer,
  }
}

/** The place that `bootm` copies Xen to, if the image says one. */
export function xenRunsItem(model: SystemModel, facts: FileFacts): LoadItem | undefined {
  const need = needOfRunningXen(model, facts)
  return need && { file: { ...xenFile(model, facts), id: XEN_RUNS }, need }
}

/** The id of what `xenRunsItem` places. */
export const XEN_RUNS = 'xen-runs'

/** The host tree's slot: what it grows to at boot is Xen's limit, not ours. */
export function treeItem(model: SystemModel, board: Board): LoadItem {
  const { path, pointer } = model.platform['device-tree']
  const isMade = board.blobSize === undefined && model.boot['tree-from'] === undefined
  const own = isMade ? BOARD_TREE_FILE : mediumPath(path)
  return {
    file: {
      id: 'device-tree',
      kind: 'device-tree',
      path: model.boot['device-tree'] === 'merged' ? TREE_FILE : own,
      load: loadOfXen(model),
      contents: { kind: 'host-tree' },
      size: TREE_SLOT,
      usedBy: [],
      pointer,
    },
    need: { size: TREE_SLOT, alignment: TREE_SLOT },
  }
}

export const bitstreamItem = ({ boot }: SystemModel, { image }: Bitstream, facts: FileFacts): LoadItem => ({
  file: {
    id: 'bitstream',
    kind: 'bitstream',
    path: mediumPath(image.path),
    load: boot.load,
    contents: { kind: 'file', facts },
    size: facts.size,
    usedBy: [],
    pointer: image.pointer,
  },
  need: { size: atLeastAPage(roomOf(facts)), alignment: LOAD_ALIGNMENT },
})

export function moduleItem({ id, kind, file, load, behind, usedBy }: ModuleRequest): LoadItem {
  const whole = behind && sum([behind.offset, behind.size])
  return {
    file: {
      id,
      kind,
      ...sourceOf(file),
      load,
      size: whole ?? sizeOf(file),
      ...(behind ? { behind } : {}),
      usedBy,
    },
    need: { size: whole ?? atLeastAPage(roomFor(file)), alignment: LOAD_ALIGNMENT },
  }
}

const sourceOf = (file: RequestedFile): Pick<LoadedFile, 'path' | 'contents' | 'pointer'> =>
  file.kind === 'file'
    ? {
        path: mediumPath(file.reference.path),
        contents: { kind: 'file', facts: file.facts },
        pointer: file.reference.pointer,
      }
    : {
        path: file.output,
        contents: { kind: 'generated', output: file.output, pointer: file.pointer },
        pointer: file.pointer,
      }

const sizeOf = (file: RequestedFile): Bytes => (file.kind === 'file' ? file.facts.size : file.size)

const roomFor = (file: RequestedFile): Bytes => (file.kind === 'file' ? roomOf(file.facts) : file.size)

export interface Placement {
  readonly placed: readonly LoadedFile[]
  readonly unplaced: readonly LoadItem[]
  /** What is free after the last item. */
  readonly free: readonly Range<HostPhys>[]
}

/** Where the manifest says that the file lies already; `undefined`: nowhere in particular. */
export function givenRoom({ file: { load, path }, need }: LoadItem): Range<HostPhys> | undefined {
  const address = load.from === 'memory' ? load.addresses.get(path) : undefined
  return address === undefined ? undefined : range(address, alignUp(need.size, PAGE))
}

function inGivenRoom({ file }: LoadItem, room: Range<HostPhys>): LoadedFile {
  return {
    address: { value: room.base, by: 'manifest', at: addressPointer(file.load.pointer, file.path) },
    room,
    ...file,
  }
}

/** Places `items` in their order, each as low as it fits beside those whose place is given; one that fits nowhere does not stop the others. */
export function placeAll(items: readonly LoadItem[], window: readonly Range<HostPhys>[]): Placement {
  const placed: LoadedFile[] = []
  const unplaced: LoadItem[] = []
  let free = subtract(
    window,
    items.flatMap((item) => givenRoom(item) ?? []),
  )
  for (const item of items) {
    const given = givenRoom(item)
    if (given) {
      placed.push(inGivenRoom(item, given))
      continue
    }
    const room = firstFit(free, item.need)
    if (!room) {
      unplaced.push(item)
      continue
    }
    placed.push({ address: { value: room.base, by: 'allocated', reason: reasonFor(item.need) }, room, ...item.file })
    free = subtract(free, [room])
  }
  return { placed, unplaced, free }
}

const reasonFor = (need: Need): string =>
  need.base === undefined
    ? 'lowest free range in the load window at a multiple of 2 MiB'
    : 'the only address that this image allows: the start of RAM, as its header says'
