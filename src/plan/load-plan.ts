/** Places every file that must lie in memory when Xen starts. */
import { type Board, type FileFacts, roomOf } from '../facts/facts.ts'
import type { Bitstream, LoadMethod, SystemModel } from '../model/system-model.ts'
import { type Bytes, bytes, type HostPhys, hostPhys, MiB, sum, times } from '../units/quantities.ts'
import { type Range, subtract } from '../units/range.ts'
import { TREE_SLOT } from '../xen/boot-memory.ts'
import { BOARD_TREE_FILE, mediumPath, TREE_FILE } from './medium-path.ts'
import type { ModuleRequest } from './modules.ts'
import { firstFit, type Need } from './place.ts'
import type { LoadedFile } from './system-plan.ts'
import { bootiNeeds } from './u-boot-memory.ts'

/** A file before it has an address. */
export interface LoadItem {
  readonly file: Omit<LoadedFile, 'address' | 'room'>
  readonly need: Need
}

/**
 * Everything starts at a multiple of this. Xen's image and an arm64 `Image` must; for the others it costs little, keeps addresses
 * legible, and a file may grow within its last 2 MiB without moving those behind it.
 */
const ALIGNMENT: Bytes = times(2, MiB)

/** How U-Boot reads Xen's image and the tree. */
export const loadOfXen = ({ xen, boot }: SystemModel): LoadMethod => xen.load ?? boot.load

/**
 * Xen's image, where U-Boot leaves it alone until Xen starts; `bootm` moves what is in it. One whose size is declared is placed without a
 * look at it; whether it may lie there is checked when it appears.
 */
export function xenItem(model: SystemModel, file: FileFacts, board: Board): LoadItem {
  const staged = { size: atLeastAPage(roomOf(file)), alignment: ALIGNMENT }
  if (file.declared) return { file: xenFile(model, file), need: staged }
  return { file: xenFile(model, file), need: model.boot.command === 'bootm' ? staged : bootiNeed(file, board) }
}

function xenFile(model: SystemModel, file: FileFacts): LoadItem['file'] {
  const { path, pointer } = model.xen.image
  const load = loadOfXen(model)
  return { id: 'xen', kind: 'xen', path: mediumPath(path), load, file, size: file.size, usedBy: [], pointer }
}

function bootiNeed(file: FileFacts, board: Board): Need {
  const { textOffset, size, base } = bootiNeeds(file, board.ram)
  return {
    size: atLeastAPage(size),
    alignment: ALIGNMENT,
    lead: textOffset,
    ...(base === undefined ? {} : { base }),
  }
}

/** The place that `bootm` copies Xen to, if `file` says one; whatever it cannot start was reported with the facts. */
export function xenRunsItem(model: SystemModel, file: FileFacts): LoadItem | undefined {
  const { format } = file
  if (model.boot.command !== 'bootm' || format.kind !== 'uimage') return undefined
  const runtime = format.content?.imageSize ?? format.dataSize
  const size = runtime > format.dataSize ? runtime : format.dataSize
  return {
    file: { ...xenFile(model, file), id: XEN_RUNS },
    need: { size: atLeastAPage(size), alignment: ALIGNMENT, base: hostPhys(format.load) },
  }
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
      size: TREE_SLOT,
      usedBy: [],
      pointer,
    },
    need: { size: TREE_SLOT, alignment: TREE_SLOT },
  }
}

export const bitstreamItem = ({ boot }: SystemModel, { image }: Bitstream, file: FileFacts): LoadItem => ({
  file: {
    id: 'bitstream',
    kind: 'bitstream',
    path: mediumPath(image.path),
    load: boot.load,
    file,
    size: file.size,
    usedBy: [],
    pointer: image.pointer,
  },
  need: { size: atLeastAPage(file.size), alignment: ALIGNMENT },
})

export function moduleItem({ id, kind, reference, output, load, file, behind, usedBy }: ModuleRequest): LoadItem {
  const whole = behind && sum([behind.offset, behind.size])
  return {
    file: {
      id,
      kind,
      path: output ?? mediumPath(reference.path),
      load,
      file,
      size: whole ?? file.size,
      ...(behind ? { behind } : {}),
      usedBy,
      pointer: reference.pointer,
    },
    need: { size: whole ?? atLeastAPage(roomOf(file)), alignment: ALIGNMENT },
  }
}

/** Files that are empty were reported; they still get a place of their own, so that the rest can be planned. */
const atLeastAPage = (size: Bytes): Bytes => (size === 0n ? bytes(1) : size)

export interface Placement {
  readonly placed: readonly LoadedFile[]
  readonly unplaced: readonly LoadItem[]
  /** What is free behind the last item. */
  readonly free: readonly Range<HostPhys>[]
}

/** Places `items` in their order, each as low as it fits; one that fits nowhere does not stop the others. */
export function placeAll(items: readonly LoadItem[], window: readonly Range<HostPhys>[]): Placement {
  const placed: LoadedFile[] = []
  const unplaced: LoadItem[] = []
  let free = window
  for (const item of items) {
    const room = firstFit(free, item.need)
    if (!room) {
      unplaced.push(item)
      continue
    }
    placed.push({ ...item.file, address: { value: room.base, by: 'allocated', reason: reasonFor(item.need) }, room })
    free = subtract(free, [room])
  }
  return { placed, unplaced, free }
}

const reasonFor = (need: Need): string =>
  need.base === undefined
    ? 'lowest free range in the load window at a multiple of 2 MiB'
    : 'the only address that this image allows: the start of RAM, as its header says'
