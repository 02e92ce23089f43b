/** DOM: what every domain has: vCPUs and the CPUs they run on, memory, interrupts, grants. */
import { DOMAIN_PANIC } from './effects.ts'
import { family } from './entry.ts'

export const dom = family(() => ({
  'DOM-001': {
    title: 'a domain says how many vCPUs it has',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'cpus is one cell of the domain node.',
    source: 'xen/common/device-tree/dom0less-bindings.c: parse_dom0less_node',
  },
  'DOM-002': {
    title: 'a domain has at least one vCPU',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Xen refuses to create a domain without vCPUs.',
    source: 'xen/common/domain.c: sanitise_domain_config',
  },
  'DOM-003': {
    title: 'a domain has at most 128 vCPUs, or 8 on a host with a GICv2',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: "A guest gets the host's kind of interrupt controller, and a GICv2 supports eight CPUs.",
    source: 'xen/arch/arm/domain.c: arch_sanitise_domain_config; xen/arch/arm/vgic.c: vgic_max_vcpus',
  },
  'DOM-004': {
    title: "a domain that sees the host's GICv3 has no more vCPUs than its redistributors serve",
    severity: 'error',
    acceptable: 'yes',
    effect: DOMAIN_PANIC,
    explain:
      'A direct-mapped domain, the hardware domain and dom0 see the interrupt controller where the host has it. Each vCPU takes 128 KiB of the ' +
      'redistributor regions in its reg, as many as #redistributor-regions says. Up to 4.19 the domain starts with fewer vCPUs.',
    source:
      'xen/arch/arm/vgic-v3.c: vgic_v3_domain_init, vgic_v3_vcpu_init; xen/arch/arm/domain_build.c: construct_domain',
  },
  'DOM-005': {
    title: 'a domain says how much memory it has',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'memory is a number of KiB in two cells; Xen cannot read one cell.',
    source: 'xen/common/device-tree/dom0less-build.c: construct_domU',
  },
  'DOM-006': {
    title: 'a domain has some memory',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Xen cannot describe a guest without a bank of RAM.',
    source: 'xen/common/device-tree/domain-build.c: make_memory_node',
  },
  'DOM-007': {
    title: 'memory of a domain is a multiple of 4 KiB',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: 'Xen would keep allocating pages, and panic when none is left',
    explain: 'Xen allocates whole pages until exactly this size is reached, which never happens.',
    source: 'xen/common/device-tree/domain-build.c: allocate_domheap_memory',
  },
  'DOM-008': {
    title: 'a domain has at most 1019 GiB of memory',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'A guest has two banks: 3 GiB at 1 GiB, and 1016 GiB at 8 GiB.',
    source: 'xen/include/public/arch-arm.h: GUEST_RAM_MAX',
  },
  'DOM-009': {
    title: "all domains together fit the host's RAM",
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'Each domain takes its memory and its page tables (1 MiB for each vCPU, 4 KiB for each MiB of memory, and 512 KiB, unless p2m-mem says otherwise); Xen takes 56 bytes for each page of RAM. Reserved memory is not available, nor, while domains are built, is the memory of their files. The sum is a lower bound: fragmentation can make it fail earlier.',
    source: 'xen/common/device-tree/domain-build.c: allocate_memory; dom0less-build.c: domain_p2m_pages',
  },
  'DOM-010': {
    title: 'a domain has memory for its page tables',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'Second-stage page tables come from a pool that xen,domain-p2m-mem-mb (p2m-mem) sizes. A MiB of it maps 512 MiB of RAM in 4 KiB pages, and far more in the larger ones that Xen normally uses.',
    source: 'xen/common/device-tree/dom0less-build.c: construct_domU; xen/arch/arm/mmu/p2m.c: p2m_set_allocation',
  },
  'DOM-020': {
    title: 'a domain has at most 960 SPIs',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'Xen rounds nr_spis up to a multiple of 32 and refuses more than 988. Without nr_spis a domain gets as many as the host has.',
    source: 'xen/arch/arm/vgic.c: domain_vgic_init',
  },
  'DOM-050': {
    title: 'the device tree of a boot-time domain fits its buffer',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      "Up to 4.21 Xen writes the guest's tree into 4096 bytes (from 4.18 on plus the size of its partial tree), from 4.22 on into 18432. Each vCPU takes about 100 bytes, and the boot arguments are in it too.",
    source: 'xen/common/device-tree/dom0less-build.c: prepare_dtb_domU',
  },
  'DOM-032': {
    title: 'limits of grants are at most 2147483647',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'max_grant_frames and max_maptrack_frames are signed 32-bit numbers inside Xen.',
    source: 'xen/common/device-tree/dom0less-bindings.c: parse_dom0less_node',
  },
  'DOM-033': {
    title: 'a grant table has at least one frame',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: "Leave max_grant_frames out to get Xen's default of 64.",
    source: 'xen/common/grant_table.c: grant_table_init',
  },
  'DOM-034': {
    title: 'max_grant_version is one that Xen offers',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Xen on Arm offers version 1, and version 2 with gnttab=max-ver:2 among its arguments.',
    source: 'xen/common/grant_table.c: grant_table_init',
  },
  'DOM-051': {
    title: 'every xen,vcpu node has an id',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'id is one cell: the number of the virtual CPU, from 0.',
    source: 'xen/common/device-tree/dom0less-build.c: domain_vcpu_affinity',
  },
  'DOM-052': {
    title: 'an affinity is for a virtual CPU that the domain has',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'Virtual CPUs are numbered from 0: the last one of two is 1.',
    source: 'xen/common/device-tree/dom0less-build.c: domain_vcpu_affinity',
  },
  'DOM-053': {
    title: 'hard-affinity names CPUs of the host',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: "They are Xen's CPU numbers: the boot CPU is 0, the others follow in the order of the tree.",
    source: 'xen/common/device-tree/dom0less-build.c: domain_vcpu_affinity',
  },
  'DOM-054': {
    title: 'hard-affinity names at least one CPU',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'A virtual CPU has to run somewhere. A descending range is empty.',
    source: 'xen/common/sched/core.c: vcpu_set_hard_affinity',
  },
  'DOM-055': {
    title: 'hard-affinity is a list that Xen can read',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would silently stop reading there, or use CPU 0',
    explain: 'Numbers and ranges are separated by commas, without spaces: 0,2-3.',
    source: 'xen/common/device-tree/dom0less-build.c: domain_vcpu_affinity',
  },
  'DOM-056': {
    title: 'a virtual CPU has one affinity',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would silently use the last one',
    explain: 'Each virtual CPU has one xen,vcpu node.',
    source: 'xen/common/device-tree/dom0less-build.c: domain_vcpu_affinity',
  },
  'DOM-062': {
    title: 'domains get scrubbed RAM',
    severity: 'note',
    acceptable: 'no: isolation',
    effect: 'a guest could read old contents of memory, even from before a reset',
    explain:
      'With bootscrub=idle, its default, Xen clears free memory while it is idle, and the RAM of boot-time domains when it allocates it. With bootscrub=on it has not cleared memory yet when it builds them; with bootscrub=off it never does. Static memory and shared memory are not cleared in any case.',
    source: 'xen/common/page_alloc.c: parse_bootscrub_param; SUPPORT.md',
  },
  'DOM-063': {
    title: 'guests of Xen 4.21 trap accesses to unmapped addresses',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the guest would never run, or never start its secondary CPUs',
    explain:
      'With trap-unmapped-accesses off, 4.21 ignores an access before it checks whether it merely has not filled in its own page tables yet. Without an IOMMU, ' +
      "Xen leaves all of a new guest's entries invalid until their first use, so nothing that the guest reads or writes reaches its RAM. With page tables " +
      'shared with an IOMMU RAM works, but on a GICv2 the virtual CPU interface is mapped at its first use, too. All point releases of 4.21 do that; 4.22 does not.',
    source:
      'xen/arch/arm/traps.c: do_trap_stage2_abort_guest; mmu/p2m.c: p2m_domain_creation_finished; vgic-v2.c: vgic_v2_domain_init',
  },
  'DOM-064': {
    title: 'domains are compatible with xen,domain in lower case',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: "Xen would treat the domain's modules as those of a dom0, and build both",
    explain:
      'Xen finds the domain whatever the case, and but asks libfdt, which is case-sensitive, which domain a module belongs to.',
    source:
      'xen/common/device-tree/bootinfo-fdt.c: process_multiboot_node; xen/common/device-tree/device-tree.c: dt_device_is_compatible',
  },
}))
