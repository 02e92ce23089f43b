/** What Xen requires of memory at boot. */
import { type Bytes, MiB, times } from '../units/quantities.ts'

/**
 * Largest host tree, and the alignment that domforge gives its address (`MAX_FDT_SIZE` in xen/arch/arm/mmu/setup.c, `SZ_2M`; 4.17 to 4.22).
 * Xen asks for a multiple of 8 alone, and maps one block of 2 MiB, then a second one for a tree that goes on there: aligned, it never does.
 */
export const TREE_SLOT: Bytes = times(2, MiB)
