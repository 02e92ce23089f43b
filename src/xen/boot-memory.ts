/** What Xen requires of memory at boot. */
import { type Bytes, MiB, times } from '../units/quantities.ts'

/**
 * Largest host tree: Xen maps one slot of this size (`MAX_FDT_SIZE` in xen/arch/arm/mmu/setup.c, `SZ_2M`; 4.17 to 4.22). The
 * tree must start at a multiple of 8; at a multiple of the slot it never straddles two mappings.
 */
export const TREE_SLOT: Bytes = times(2, MiB)
