/** Fixed sizes of Xen's early boot on arm64: the same from 4.17 to 4.22 where no release is mentioned. */
import { type Bytes, bytes, type HostPhys, hostPhys, KiB, times } from '../units/quantities.ts'
import { isAtLeast, type Release } from './releases.ts'

/** Boot modules, Xen itself and the device tree among them (xen/include/xen/bootinfo.h: MAX_MODULES). */
export const MAX_MODULES = 32

/** Files that Xen's EFI stub loads, each once (arch/arm/efi/efi-boot.h: MAX_UEFI_MODULES). */
export const MAX_EFI_FILES = MAX_MODULES - 2

/** Buffer for a module's command line, with its NUL; Xen stops at longer ones (bootinfo.h: BOOTMOD_MAX_CMDLINE). */
export const MODULE_CMDLINE_BUFFER = 1024

/** Characters of a module's full path: a buffer of 92 with its NUL (bootinfo-fdt.c: process_multiboot_node). */
export const MAX_MODULE_PATH = 91

/** Characters of a domain node's name by which Xen finds its command line: 41 with the NUL (bootinfo.h: DT_MAX_NAME). */
export const MAX_DOMAIN_NAME = 40

/** Banks of RAM; as many again of reserved memory (bootinfo.h: NR_MEM_BANKS). */
export const MAX_MEMORY_BANKS = 256

/** Nodes at this depth and deeper are beyond the early scan; the root has depth 0 (bootfdt.h: DEVICE_TREE_MAX_DEPTH). */
export const MAX_TREE_DEPTH = 16

/** Alignment of the flattened host tree's address (bootfdt.h: MIN_FDT_ALIGN). */
export const TREE_ALIGNMENT: Bytes = bytes(8)

/** Characters of one word of Xen's command line: 128 with the NUL (xen/include/xen/param.h: MAX_PARAM_SIZE). */
export const MAX_COMMAND_LINE_WORD = 127

/** Characters of `dtuart`: 256 with the NUL (xen/drivers/char/uart-init.c: opt_dtuart). */
export const MAX_DTUART = 255

/** `#address-cells` and `#size-cells` where no node says otherwise (bootfdt.h: DT_ROOT_NODE_*_CELLS_DEFAULT). */
export const DEFAULT_CELLS = { address: 2, size: 1 } as const

/**
 * Where Xen's image must lie below, in host-physical addresses; `undefined`: anywhere (arch/arm/arm64/mmu/mm.c: arch_setup_page_tables;
 * 4.18: arch/arm/arm64/mm.c with IDENTITY_MAPPING_AREA_NR_L0 4, later 20, each of 512 GiB).
 */
export function identityMapLimit(release: Release): HostPhys | undefined {
  if (!isAtLeast(release, '4.18')) return undefined
  return hostPhys((isAtLeast(release, '4.19') ? 20n : 4n) << 39n)
}

/** Bytes for the tree that Xen generates for a boot-time domain, without its partial tree (dom0less-build.c: DOMU_DTB_SIZE). */
export const domainTreeBuffer = (release: Release): Bytes =>
  isAtLeast(release, '4.22') ? bytes(2048 + 128 * 128) : times(4, KiB)

/**
 * Bytes that Xen adds for dom0's tree to the `totalsize` of the host's (arch/arm/domain_build.c: DOM0_FDT_EXTRA_SIZE): its own node
 * and the end of the reservations; from 4.22 on also 256 banks of RAM, and with STATIC_SHM 32 regions of shared memory.
 */
export function dom0TreeGrowth(release: Release, staticShm: boolean): Bytes {
  const own = 128 + 16
  if (!isAtLeast(release, '4.22')) return bytes(own)
  return bytes(own + 256 * 16 + (staticShm ? 32 * (160 + 16) : 0))
}
