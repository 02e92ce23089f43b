/** What one domain can have, on arm64 from 4.17 to 4.22. */
import { alignUp, type Bytes, bytes, type GuestPhys, KiB, MiB, sum, times } from '../units/quantities.ts'
import { alignedAround, merge, type Range, totalSize } from '../units/range.ts'
import { GUEST_RAM } from './address-map.ts'

/** Most virtual CPUs of a domain on a GICv3 host (arch/arm/include/asm/config.h: MAX_VIRT_CPUS). */
export const MAX_VCPUS = 128

/** Most virtual CPUs of a domain on a GICv2 host: its distributor routes to eight (arch/arm/vgic-v2.c, vgic.c: vgic_max_vcpus). */
export const MAX_VCPUS_GICV2 = 8

/** Most shared interrupts of a domain: rounded up to a multiple of 32, their number must not exceed 988 (arch/arm/vgic.c: domain_vgic_init). */
export const MAX_SPIS = 960

/** Xen rounds the number of a domain's SPIs up to a multiple of this (arch/arm/vgic.c: domain_vgic_init). */
export const SPI_RANK = 32

/** Largest `max_grant_frames` and `max_maptrack_frames` (dom0less-bindings.c, tools/xl/xl_parse.c: INT_MAX). */
export const MAX_GRANT_LIMIT = 0x7fff_ffff

/** Newest grant table version on Arm unless `gnttab=max-ver:2` is given (arch/arm/include/asm/grant_table.h: GNTTAB_MAX_VERSION). */
export const DEFAULT_GRANT_VERSION = 1

/** The bits of the grant options that are the version (public/domctl.h: XEN_DOMCTL_GRANT_version_mask). */
export const GRANT_VERSION_MASK = 0xf

/** Most RAM of a guest: all its banks (public/arch-arm.h: GUEST_RAM_MAX). */
export const MAX_GUEST_RAM: Bytes = sum(GUEST_RAM.map((bank) => bank.size))

/** INTID of the virtual PL011 in a guest that is not direct-mapped (public/arch-arm.h: GUEST_VPL011_SPI). */
export const VPL011_INTERRUPT = 32

/** RAM of dom0 without `dom0_mem` and without CONFIG_DOM0_MEM (arch/arm/domain_build.c: construct_dom0). */
export const DEFAULT_DOM0_MEMORY: Bytes = times(512, MiB)

/** What Xen keeps of each page of RAM on arm64: a `struct page_info` (arch/arm/include/asm/mm.h). */
export const FRAME_TABLE_ENTRY: Bytes = bytes(56)

/**
 * Memory for the second-stage page tables of a boot-time domain without `xen,domain-p2m-mem-mb`: one MiB for each vCPU, a page
 * for each MiB of RAM and 128 pages, rounded up to whole MiB (dom0less-build.c: domain_p2m_pages).
 */
export function defaultP2mMemory(memory: Bytes, vcpus: number): Bytes {
  const needed = xlP2mMemory(memory, vcpus)
  return times((needed + MiB - 1n) / MiB, MiB)
}

/** The same for a domain that xl creates, not rounded (tools/libs/light/libxl_create.c: libxl__get_required_paging_memory). */
export const xlP2mMemory = (memory: Bytes, vcpus: number): Bytes =>
  times(256n * BigInt(vcpus) + memory / MiB + 128n, times(4, KiB))

/** How much address space one table of the lowest level covers. */
const COVERED: Bytes = times(2, MiB)

/**
 * Memory for the second-stage page tables of what `iomem` maps, by guest addresses: 4 KiB for each aligned 2 MiB that it touches. Dom0 maps at most 64
 * pages at a time, so Xen never uses a larger entry for them (xen/common/domctl.c: XEN_DOMCTL_memory_mapping). Tables of higher levels are not counted.
 */
export function iomemTables(mapped: readonly Range<GuestPhys>[]): Bytes {
  const covered = merge(mapped.map((own) => alignedAround(own, COVERED)))
  return times(totalSize(covered) / COVERED, times(4, KiB))
}

/** Tables of this size still fit into what xl reserves for any domain (`xlP2mMemory`): its RAM and Xen's own mappings use less than half of that. */
const ROOM_FOR_IOMEM: Bytes = times(128, times(4, KiB))

/** The `shadow_memory` that a domain of xl needs for what `iomem` maps, in whole MiB; `undefined`: what xl reserves by itself is enough. */
export function xlP2mWith(mapped: readonly Range<GuestPhys>[], memory: Bytes, vcpus: number): Bytes | undefined {
  const tables = iomemTables(mapped)
  return tables > ROOM_FOR_IOMEM ? alignUp(sum([xlP2mMemory(memory, vcpus), tables]), MiB) : undefined
}
