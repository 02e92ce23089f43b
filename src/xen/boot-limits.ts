/** Fixed sizes of Xen's early boot on arm64, the same from 4.17 to 4.22 unless a release is mentioned. */
import { type Bytes, bytes, type HostPhys, hostPhys, KiB, times } from '../units/quantities.ts'
import { isAtLeast, type Release } from './releases.ts'

/** Most boot modules, of which Xen itself and the device tree are two (xen/include/xen/bootinfo.h: MAX_MODULES). */
export const MAX_MODULES = 32

/** Most different files that Xen's EFI stub loads; what several modules name is loaded once (arch/arm/efi/efi-boot.h: MAX_UEFI_MODULES). */
export const MAX_EFI_FILES = MAX_MODULES - 2

/** Bytes of the buffer for a module's command line and its NUL; Xen panics at a longer one (bootinfo.h: BOOTMOD_MAX_CMDLINE). */
export const MODULE_CMDLINE_BUFFER = 1024

/** Most characters of a module's full path: the buffer has 92 bytes, one for the NUL (bootinfo-fdt.c: process_multiboot_node). */
export const MAX_MODULE_PATH = 91

/** Most characters of a domain node's name with which Xen still finds its command line: 41 bytes, one for the NUL (bootinfo.h: DT_MAX_NAME). */
export const MAX_DOMAIN_NAME = 40

/** Most banks of RAM, and most of reserved memory (bootinfo.h: NR_MEM_BANKS). */
export const MAX_MEMORY_BANKS = 256

/** The early scan cannot look at nodes of this depth or deeper; the root has depth 0 (bootfdt.h: DEVICE_TREE_MAX_DEPTH). */
export const MAX_TREE_DEPTH = 16

/** Alignment of the flattened host tree's address (bootfdt.h: MIN_FDT_ALIGN). */
export const TREE_ALIGNMENT: Bytes = bytes(8)

/** Most characters of one word of Xen's command line: 128 bytes, one for the NUL (xen/include/xen/param.h: MAX_PARAM_SIZE). */
export const MAX_COMMAND_LINE_WORD = 127

/** Most characters of `dtuart`: 256 bytes, one for the NUL (xen/drivers/char/uart-init.c: opt_dtuart). */
export const MAX_DTUART = 255

/** What `#address-cells` and `#size-cells` are where no node has them (bootfdt.h: DT_ROOT_NODE_*_CELLS_DEFAULT). */
export const DEFAULT_CELLS = { address: 2, size: 1 } as const

/**
 * The host-physical address below which Xen's image must begin; `undefined`: any will do (arch/arm/arm64/mmu/mm.c: arch_setup_page_tables;
 * 4.18: arch/arm/arm64/mm.c. IDENTITY_MAPPING_AREA_NR_L0 is 4 there and 20 later, each entry of 512 GiB).
 */
export function identityMapLimit(release: Release): HostPhys | undefined {
  if (!isAtLeast(release, '4.18')) return undefined
  return hostPhys((isAtLeast(release, '4.19') ? 20n : 4n) << 39n)
}

/** Size of the buffer for the tree that Xen generates for a boot-time domain, to which a partial tree may add its own (dom0less-build.c: DOMU_DTB_SIZE). */
export const domainTreeBuffer = (release: Release): Bytes =>
  isAtLeast(release, '4.22') ? bytes(2048 + 128 * 128) : times(4, KiB)

/**
 * By how much Xen's buffer for dom0's tree exceeds the `totalsize` of the host's tree (arch/arm/domain_build.c: DOM0_FDT_EXTRA_SIZE): room
 * for `/hypervisor` and the end of the reservations, from 4.22 on also for 256 banks of reserved memory, and with STATIC_SHM for 32 regions
 * of shared memory.
 */
export function dom0TreeGrowth(release: Release, staticShm: boolean): Bytes {
  const own = 128 + 16
  if (!isAtLeast(release, '4.22')) return bytes(own)
  return bytes(own + 256 * 16 + (staticShm ? 32 * (160 + 16) : 0))
}
