import { DOMAIN_PANIC } from './effects.ts'
import { family } from './entry.ts'

/** Static memory: RAM of domains in fixed places of the host. */
export const sm = family(() => ({
  'SM-001': {
    title: 'Xen is built with STATIC_MEMORY if a domain has static memory',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'A stock build leaves STATIC_MEMORY out: Kconfig offers it only with UNSUPPORTED=y.',
    source: 'xen/common/Kconfig: STATIC_MEMORY',
  },
  'SM-002': {
    title: "a domain's memory is the sum of its static memory",
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Xen does not mix static memory with memory from its heap.',
    source: 'xen/arch/arm/static-memory.c: allocate_static_memory',
  },
  'SM-003': {
    title: 'static memory begins and ends at multiples of 4 KiB',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Xen gives memory to domains in pages of 4 KiB.',
    source: 'xen/common/page_alloc.c: prepare_staticmem_pages',
  },
  'SM-004': {
    title: 'static memory overlaps nothing that is reserved',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'Static memory of domains, reserved memory and the static heap are reserved before anything else. From 4.18 on Xen compares them when it first scans the tree; 4.17 fails when the second owner claims the pages.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: device_tree_get_meminfo',
  },
  'SM-005': {
    title: 'static memory overlaps neither Xen nor the files that U-Boot loads',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Memory that Xen still needs would be given to a domain.',
    source: 'xen/common/device-tree/bootinfo.c: check_reserved_regions_overlap',
  },
  'SM-007': {
    title: 'static memory is RAM',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Every page of it must be RAM of the host, as /memory of the device tree lists it.',
    source: 'xen/common/page_alloc.c: acquire_domstatic_pages',
  },
  'SM-009': {
    title: "up to Xen 4.21 no range of static memory crosses the end of the guest's first 3 GiB",
    severity: 'error',
    acceptable: 'yes',
    effect: DOMAIN_PANIC,
    explain:
      "A guest's RAM fills 3 GiB at 1 GiB and continues at 8 GiB. Up to 4.21 Xen does not count the part of a range that is in the first bank, and finds the sum wrong. domforge splits what it places itself.",
    source: 'xen/arch/arm/static-memory.c: allocate_static_memory',
  },
  'SM-010': {
    title: 'a range of static memory has less than 16 TiB',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Xen counts its pages in 32 bits.',
    source: 'xen/arch/arm/static-memory.c: acquire_static_memory_bank',
  },
  'SM-011': {
    title: 'no domain has static memory if the cache is coloured',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Static memory has pages of all colours.',
    source: 'xen/common/device-tree/dom0less-bindings.c: parse_dom0less_node',
  },
  'SM-013': {
    title: 'static memory is written in whole ranges',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'xen,static-mem is a list of address and size in the cells of /chosen, not in those of the domain. Cells that do not make a whole range are dropped, and then the sum is wrong.',
    source: 'xen/arch/arm/static-memory.c: allocate_static_memory',
  },
  'SM-014': {
    title: 'static memory has at least one range that is not empty',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'An empty list matches no memory.',
    source: 'xen/arch/arm/static-memory.c: allocate_static_memory',
  },
  'SM-016': {
    title: 'the hardware domain has no more static memory than direct-map asks for',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Xen would reserve that memory, leave it unused, and use other RAM',
    explain:
      'The RAM of a hardware domain comes from the heap, with direct-map at the same addresses as on the host. Where there is no IOMMU, Xen starts it with direct-map alone, ' +
      'and direct-map wants to see xen,static-mem, however little: domforge gives it one page.',
    source: 'xen/arch/arm/domain_build.c: construct_hwdom',
  },
  'SM-017': {
    title: 'direct-mapped memory does not overlap what the guest has at fixed addresses',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the guest would silently lose RAM to its grants',
    explain:
      'A direct-mapped guest sees its RAM at the addresses of the host, and all guests map grants at 0x38000000 to 0x39000000.',
    source: 'xen/arch/arm/dom0less-build.c: prepare_dtb_domU',
  },
}))
