/** Places every file that must lie in memory when Xen starts. */
import type { Board, FileFacts } from '../facts/facts.ts'
import type { Xen } from '../model/system-model.ts'
import { type Bytes, bytes, type HostPhys, MiB, times } from '../units/quantities.ts'
import { type Range, subtract } from '../units/range.ts'
import { TREE_SLOT } from '../xen/boot-memory.ts'
import { mediumPath, TREE_FILE } from './medium-path.ts'
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

/** Xen's image, where `booti` leaves it alone. */
export function xenItem(xen: Xen, file: FileFacts, board: Board): LoadItem {
  const { textOffset, size, base } = bootiNeeds(file, board.ram)
  const { path, pointer } = xen.image
  return {
    file: { id: 'xen', kind: 'xen', path: mediumPath(path), file, size: file.size, usedBy: [], pointer },
    need: { size: atLeastAPage(size), alignment: ALIGNMENT, lead: textOffset, ...(base === undefined ? {} : { base }) },
  }
}

/** The host tree's slot: what it grows to at boot is Xen's limit, not ours. */
export const treeItem = (pointer: string): LoadItem => ({
  file: { id: 'device-tree', kind: 'device-tree', path: TREE_FILE, size: TREE_SLOT, usedBy: [], pointer },
  need: { size: TREE_SLOT, alignment: TREE_SLOT },
})

export const moduleItem = ({ id, kind, reference, file, usedBy }: ModuleRequest): LoadItem => ({
  file: {
    id,
    kind,
    path: mediumPath(reference.path),
    file,
    size: file.size,
    usedBy,
    pointer: reference.pointer,
  },
  need: { size: atLeastAPage(file.size), alignment: ALIGNMENT },
})

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
    ? 'lowest free place in the load window at a multiple of 2 MiB'
    : 'the only place that this image may have: the start of RAM, as its header says'
