/** Where U-Boot must load Xen's image, and where it moves it before it starts it. */
import { type Board, type Facts, type FileFacts, factsOf, roomOf } from '../facts/facts.ts'
import type { LoadMethod, SystemModel } from '../model/system-model.ts'
import { alignUp, type Bytes, bytes, type HostPhys, hostPhys, MiB, PAGE, times } from '../units/quantities.ts'
import { type Range, range } from '../units/range.ts'
import { bootiNeeds } from './memory.ts'
import { type Need, wholeSize } from './need.ts'

/**
 * Everything starts at a multiple of this. Xen's image and an arm64 `Image` must; for the others it costs little, keeps addresses
 * legible, and a file may grow within its last 2 MiB without moving those after it.
 */
export const LOAD_ALIGNMENT: Bytes = times(2, MiB)

/** How U-Boot reads Xen's image and the tree. */
export const loadOfXen = ({ xen, boot }: SystemModel): LoadMethod => xen.load ?? boot.load

/** Files that are empty were reported; they still get a place of their own, so that the rest can be planned. */
export const atLeastAPage = (size: Bytes): Bytes => (size === 0n ? PAGE : size)

/**
 * Xen's image as it is loaded, where U-Boot leaves it alone until Xen starts; `bootm` moves what is in it. One whose size is declared is placed
 * without a look at it; whether it may lie there is checked when it appears.
 */
export function needOfXen({ boot }: SystemModel, file: FileFacts, board: Board): Need {
  if (file.declared || boot.command === 'bootm') return { size: atLeastAPage(roomOf(file)), alignment: LOAD_ALIGNMENT }
  const { textOffset, size, base } = bootiNeeds(file, board.ram)
  return {
    size: atLeastAPage(size),
    alignment: LOAD_ALIGNMENT,
    lead: textOffset,
    ...(base === undefined ? {} : { base }),
  }
}

/**
 * The place that `bootm` copies Xen to, if `file` says one; whatever it cannot start was reported with the facts. From 2023.10 on it moves an
 * Image from there to the next multiple of 2 MiB and its offset, and which U-Boot it will be is not known: all of it is Xen's.
 */
export function needOfRunningXen({ boot }: SystemModel, { format }: FileFacts): Need | undefined {
  if (boot.command !== 'bootm' || format.kind !== 'uimage') return undefined
  const { load, content, dataSize } = format
  const image = content?.kind === 'arm64-image' ? content : undefined
  const runtime = image && image.imageSize > dataSize ? image.imageSize : dataSize
  const textOffset = bytes(image?.textOffset ?? 0n)
  const moved = load > textOffset ? alignUp(bytes(load - textOffset), LOAD_ALIGNMENT) + textOffset - load : 0n
  return {
    size: atLeastAPage(bytes(runtime + moved)),
    alignment: moved === 0n ? LOAD_ALIGNMENT : PAGE,
    base: hostPhys(load),
  }
}

/** The only addresses that Xen's image may have, if its header restricts them. */
export function fixedPlaces(model: SystemModel, { board, files }: Facts): readonly Range<HostPhys>[] {
  const file = factsOf(model.xen.image, files)
  return [needOfRunningXen(model, file), needOfXen(model, file, board)].flatMap((need) =>
    need?.base === undefined ? [] : [range(need.base, wholeSize(need))],
  )
}
