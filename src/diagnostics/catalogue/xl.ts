import type { CatalogueEntry } from './entry.ts'

/** xl stops before it asks Xen for anything, or Xen refuses: the host and other domains go on. */
const NOT_CREATED = 'xl would not create the domain'

const IGNORED = 'xl would silently ignore it'

export const xl = {
  'XL-002': {
    title: 'xl configurations use only keys that this release reads',
    severity: 'error',
    acceptable: 'yes',
    effect: IGNORED,
    explain: 'xl never checks that all keys were used: a misspelt one, or one of a newer release, has no effect.',
    source: 'tools/libs/util/libxlu_cfg.c; tools/xl/xl_parse.c of each release',
  },
  'XL-003': {
    title: 'the type of a domain is pvh',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'On Arm there is one kind of guest, called pvh; pv is converted to it with a warning.',
    source: 'tools/xl/xl_parse.c: parse_config_data; tools/libs/light/libxl_arm.c',
  },
  'XL-005': {
    title: 'on_* keys name an action that xl knows',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      'Actions are destroy, restart, rename-restart, preserve, coredump-destroy, coredump-restart and soft-reset, in lower case.',
    source: 'tools/xl/xl_parse.c: parse_action_on_shutdown',
  },
  'XL-006': {
    title: 'maxvcpus is not smaller than vcpus',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'vcpus is how many there are at the start, maxvcpus how many there can be.',
    source: 'tools/xl/xl_parse.c: parse_config_data',
  },
  'XL-007': {
    title: 'a domain has 1 to 128 vCPUs, or 8 on a host with a GICv2',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: "A guest gets the host's kind of interrupt controller, and a GICv2 supports eight CPUs.",
    source: 'xen/arch/arm/domain.c: arch_sanitise_domain_config',
  },
  'XL-010': {
    title: 'a domain has between 1 MiB and 1019 GiB of memory',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'A guest has two banks: 3 GiB at 1 GiB, and 1016 GiB at 8 GiB. xl counts in MiB.',
    source: 'tools/libs/guest/xg_dom_arm.c: meminit',
  },
  'XL-011': {
    title: "xl can load the kernel, and it fits the guest's memory with its companions",
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      'libxl loads an arm64 Image or a zImage, plain or compressed with gzip; unlike Xen it does not load a uImage. A gzip file must say its right size in its last four bytes, with nothing after them. Kernel, device tree and ramdisk must fit the first bank.',
    source: 'tools/libs/guest/xg_dom_armzimageloader.c, xg_dom_arm.c: meminit',
  },
  'XL-013': {
    title: 'gic_version is default, v2 or v3',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: "Remove it to get the host's version.",
    source: 'tools/libs/light/libxl_types.idl: gic_version',
  },
  'XL-014': {
    title: 'no domain wants a GICv3 on a host with a GICv2',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: "Xen emulates a controller only with the help of the host's.",
    source: 'xen/arch/arm/vgic-v3.c: vgic_v3_init',
  },
  'XL-015': {
    title: 'tee is none, optee, or from 4.18 on ffa',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      'Xen must also have the mediator compiled in, and the host must have such a trusted execution environment.',
    source: 'tools/libs/light/libxl_types.idl: tee_type',
  },
  'XL-016': {
    title: 'sve is disabled, hw, or a multiple of 128 up to 2048',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'The number is the length of vectors in bits; the hardware may have less.',
    source: 'tools/libs/light/libxl_types.idl: sve_type',
  },
  'XL-019': {
    title: 'nr_spis covers the interrupts that the domain gets',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'A virtual PL011 uses the first SPI, and irqs names others. Without nr_spis libxl computes it.',
    source: 'tools/libs/light/libxl_arm.c: libxl__arch_domain_prepare_config',
  },
  'XL-020': {
    title: 'nr_spis is at most 960',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'Xen rounds it up to a multiple of 32 and refuses more than 988.',
    source: 'xen/arch/arm/vgic.c: domain_vgic_init',
  },
  'XL-021': {
    title: 'irqs lists interrupt ids in decimal',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: "An SPI's id is its number in the device tree plus 32.",
    source: 'tools/xl/xl_parse.c: parse_config_data',
  },
  'XL-022': {
    title: 'irqs does not name the interrupt of the virtual PL011',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'The virtual PL011 has interrupt 32. Remove it, or this device.',
    source: 'tools/libs/light/libxl_arm.c: libxl__arch_domain_prepare_config',
  },
  'XL-045': {
    title: 'passthrough is default, disabled, enabled or share_pt',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: "On Arm the IOMMU always shares the guest's page tables.",
    source: 'tools/libs/light/libxl_arm.c: libxl__arch_passthrough_mode_setdefault',
  },
  'XL-053': {
    title: 'limits of grants are in the range that Xen accepts',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      "max_grant_frames goes from 1 and max_maptrack_frames from 0 to 2147483647. Grant version 2 needs gnttab=max-ver:2 among Xen's arguments.",
    source: 'tools/xl/xl_parse.c: parse_config_data; xen/common/grant_table.c: grant_table_init',
  },
  'XL-057': {
    title: 'root and extra are not given besides boot arguments',
    severity: 'error',
    acceptable: 'yes',
    effect: 'xl would ignore it, with a warning',
    explain: 'cmdline, which kernel.bootargs becomes, is the whole command line.',
    source: 'tools/xl/xl_parse.c: parse_cmdline',
  },
  'XL-059': {
    title: 'extra-xl does not replace what has a key in the manifest',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the configuration would differ from the plan and the report',
    explain:
      "Everything that domforge computes and checks comes from the manifest's own keys. extra-xl is for what has no key there.",
  },
  'XL-060': {
    title: 'keys of xl have values of the kind that xl reads',
    severity: 'error',
    acceptable: 'yes',
    effect: 'xl would warn, and use its default instead',
    explain:
      'Lists (disk, vif, irqs, …) need brackets even with one item; numbers are decimal, or hexadecimal with 0x.',
    source: 'tools/libs/util/libxlu_cfg.c: xlu_cfg_get_long, xlu_cfg_get_list',
  },
  'XL-008': {
    title: 'cpus and cpus_soft name CPUs as xl reads them',
    severity: 'error',
    acceptable: 'yes',
    effect: 'xl would refuse the configuration',
    explain:
      'all, numbers, ranges such as 0-3, node:0 and ^1 to take one out, separated by commas, without spaces; or a list with one string for each virtual CPU.',
    source: 'tools/xl/xl_parse.c: update_cpumap_range',
  },
  'XL-062': {
    title: 'cpus and cpus_soft name only CPUs that Xen starts',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the CPU would silently be left out, and a domain that has no other would not be created',
    explain:
      'Xen starts at most as many CPUs as maxcpus says and as it was built for (NR_CPUS). xl drops what is beyond, and Xen refuses an affinity without a CPU.',
    source: 'tools/libs/light/libxl_sched.c: libxl__set_vcpuaffinity; xen/common/sched/core.c: vcpu_set_hard_affinity',
  },
  'XL-061': {
    title: 'cpus has no more items than the domain has virtual CPUs',
    severity: 'error',
    acceptable: 'yes',
    effect: 'xl would silently ignore the items after that',
    explain: 'Virtual CPUs are counted from 0: the last one of two is 1.',
    source: 'tools/xl/xl_parse.c: parse_vcpu_affinity',
  },
  'XL-048': {
    title: 'a partial device tree for xl has a node /passthrough',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      'It is what the domain gets from the tree, with /aliases. The toolstack must be built with support for partial device trees.',
    source: 'tools/libs/light/libxl_arm.c: copy_partial_fdt',
  },
  'XL-049': {
    title: 'a partial device tree for xl has nothing that only Xen reads',
    severity: 'error',
    acceptable: 'yes',
    effect: 'xl would pass it to the guest as it is: no device is assigned, and its memory is not mapped',
    explain:
      'xen,path, xen,reg and xen,force-assign-without-iommu are read where Xen builds the domain; xl uses dtdev, iomem and irqs of the configuration instead. /gic is not read either: the interrupt controller always has the phandle 65000.',
    source: 'tools/libs/light/libxl_arm.c: copy_partial_fdt',
  },
} as const satisfies Record<string, CatalogueEntry>
