/** Where U-Boot itself is in memory while it loads files, and where `booti` runs an image. Facts of U-Boot 2023.01 to 2026.10. */
import type { FileFacts } from '../facts/facts.ts'
import { alignUp, type Bytes, bytes, type HostPhys, halfOf, hostPhys, MiB, offset, times } from '../units/quantities.ts'
import { byBase, contains, end, lastPart, type Range, range, rangeBetween } from '../units/range.ts'

/**
 * Kept free below each place where U-Boot may end, for its code, heap, stack and page tables. The heap alone has 64 MiB on R-Car, ZynqMP
 * and Versal (`CONFIG_SYS_MALLOC_LEN`: 0x4000000 and a little more), 32 MiB or less on most others.
 */
const U_BOOT_ROOM: Bytes = times(128, MiB)

const BELOW_4_GIB: Range<HostPhys> = range(hostPhys(0n), bytes(1n << 32n))

/**
 * What U-Boot may use of `banks`. It moves itself to the top of the lowest bank (`ram_base` plus that bank's size, common/board_f.c);
 * on several SoCs to the top of what that bank has below 4 GiB, because of their DMA (`board_get_usable_ram_top` of i.MX8M, Rockchip,
 * Tegra); with `CONFIG_RELOC_ADDR_TOP` (QEMU's board in 2026) to the top of the highest bank. Which of them is not known at build
 * time, so all three stay free: 128 MiB each, or half of a smaller bank.
 */
export function usedByUBoot(banks: readonly Range<HostPhys>[]): Range<HostPhys>[] {
  const ascending = [...banks].sort(byBase)
  const [lowest, highest] = [ascending[0], ascending.at(-1)]
  if (!lowest || !highest) return []
  const used = [roomAtTop(lowest)]
  if (highest !== lowest) used.push(roomAtTop(highest))
  if (lowest.base < end(BELOW_4_GIB) && !contains(BELOW_4_GIB, lowest))
    used.push(roomAtTop(rangeBetween(lowest.base, end(BELOW_4_GIB))))
  return used
}

/** Only half of a small bank is kept free: a build of U-Boot leaves room for what it loads. */
function roomAtTop(bank: Range<HostPhys>): Range<HostPhys> {
  const half = halfOf(bank.size)
  return lastPart(bank, half < U_BOOT_ROOM ? half : U_BOOT_ROOM)
}

const EFI_TREE_DISTANCE: Bytes = times(127, MiB)

/** The tree with its padding of 12 KiB and more. */
const EFI_TREE_ROOM: Bytes = times(4, MiB)

/**
 * Where `bootefi` puts its copy of the tree: as high as it can below 127 MiB from the start of RAM and the copy's size (`copy_fdt` in
 * cmd/bootefi.c until 2024.07; later at the top of RAM, as everything else of EFI), whatever was loaded there.
 */
export function usedByBootefi(banks: readonly Range<HostPhys>[]): Range<HostPhys>[] {
  const [lowest] = [...banks].sort(byBase)
  return lowest ? [range(offset(lowest.base, EFI_TREE_DISTANCE), EFI_TREE_ROOM)] : []
}

/** What `booti` does with an image (`booti_setup` in arch/arm/lib/image.c). */
export interface BootiNeeds {
  /** The image runs at this distance from a 2 MiB boundary; elsewhere U-Boot would move it. */
  readonly textOffset: Bytes
  /** Bytes from there that U-Boot moves and the image uses. */
  readonly size: Bytes
  /** Set for an image that cannot run at any address: U-Boot moves it to this boundary plus `textOffset`. */
  readonly base?: HostPhys
}

/** U-Boot assumes 16 MiB and a text offset of 512 KiB for an image whose header has no size. */
const WITHOUT_SIZE: BootiNeeds = { textOffset: bytes(0x8_0000), size: times(16, MiB) }

const BOOTI_ALIGNMENT: Bytes = times(2, MiB)

/** What `booti` needs for `file`; a file that is no arm64 Image is refused elsewhere and needs its own size. `banks` in tree order. */
export function bootiNeeds(file: FileFacts, banks: readonly Range<HostPhys>[]): BootiNeeds {
  const { format } = file
  if (format.kind !== 'arm64-image') return { textOffset: bytes(0), size: file.size }
  const { textOffset, size } =
    format.imageSize === 0n ? WITHOUT_SIZE : { textOffset: bytes(format.textOffset), size: format.imageSize }
  const needs = { textOffset, size: size > file.size ? size : file.size }
  const [first] = banks
  return format.anywhere || !first ? needs : { ...needs, base: alignUp(first.base, BOOTI_ALIGNMENT) }
}
