import { NOT_CREATED } from './effects.ts'
import { family } from './entry.ts'

/** What xl's configurations expect of the machine and of other domains. */
export const xlMachine = family(() => ({
  'XL-009': {
    title: 'the cpupool of a domain exists',
    severity: 'warning',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      'The pools that Xen makes at boot are called Pool-0, Pool-1, … in the order of their nodes; CPUs in none form one more after them. Others exist once dom0 has created them.',
    source: 'tools/libs/light/libxl_create.c: initiate_domain_create; tools/helpers/xen-init-dom0.c',
  },
  'XL-018': {
    title: 'one domain at a time controls clocks and power by SCMI, where Xen is told to let it',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      "The firmware has one client: dom0, or with scmi-smc-passthrough among Xen's arguments the one domain that runs with arm_sci or xen,sci_type.",
    source: 'xen/arch/arm/firmware/scmi-smc.c: scmi_smc_domain_init',
  },
  'XL-033': {
    title: 'a backend is a domain',
    severity: 'warning',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      'xl looks for a domain with that name when it creates this one: it must run by then. Boot-time domains have a name only with xenstore, dom0less-1 for the one with id 1. A number is taken as an id.',
    source: 'tools/libs/light/libxl_internal.h: libxl__resolve_domid; tools/libs/light/libxl_virtio.c',
  },
  'XL-050': {
    title: "a domain's device tree has at most 1 MiB",
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'xl copies /passthrough and /aliases of the partial tree into the tree that it makes.',
    source: 'tools/libs/light/libxl_arm.c: FDT_MAX_SIZE',
  },
  'XL-054': {
    title: "a domain has a virtual PMU only if the host's CPUs have one",
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: "Arm's own cores have a PMU. For others the device tree does not tell.",
    source: 'tools/libs/light/libxl_create.c: initiate_domain_create; xen/arch/arm/setup.c: vpmu_is_available',
  },
  'XL-072': {
    title: 'RAM is left for the domains that dom0 creates',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      'Besides dom0 and the domains that Xen builds there has to be room for all domains that the supervisor creates by itself, for each one that is created on demand, and for each boot-time domain that is created again. xl gives ' +
      'each of them page tables for the most memory that it may have later (1 MiB for each vCPU, 4 KiB for each MiB of maxmem, and 512 KiB, unless p2m-mem says otherwise). The memory of boot modules is free again by then. The sum is a lower bound.',
    source:
      'tools/libs/light/libxl_create.c: libxl__get_required_paging_memory; tools/libs/guest/xg_dom_arm.c: meminit',
  },
  'XL-075': {
    title: 'page tables hold what iomem gives a domain',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: NOT_CREATED,
    explain:
      'dom0 maps registers and windows of devices page by page, so that every 2 MiB of them take a page table of 4 KiB. They come out of shadow_memory, which p2m-mem sets; without it xl allows for RAM and vCPUs only, and domforge adds what devices need.',
    source: 'xen/common/domctl.c: XEN_DOMCTL_memory_mapping; xen/arch/arm/p2m.c: p2m_alloc_page',
  },
}))
