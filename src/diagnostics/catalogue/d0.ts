import { DOMAIN_PANIC } from './effects.ts'
import { family } from './entry.ts'

export const d0 = family(() => ({
  'D0-001': {
    title: "dom0's memory fits the host's RAM",
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      "Dom0's memory is allocated, in large aligned chunks, from what modules, reserved memory and Xen leave free.",
    source: 'xen/arch/arm/domain_build.c: allocate_memory_11',
  },
  'D0-003': {
    title: 'Xen is told how much memory dom0 gets',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Xen would give dom0 512 MiB, after a warning',
    explain: 'On Arm dom0_mem is one size, without min: or max:. CONFIG_DOM0_MEM can hold a default.',
    source: 'xen/arch/arm/domain_build.c: construct_dom0',
  },
  'D0-004': {
    title: 'dom0 has at most 8 vCPUs on a host with a GICv2',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'A GICv2 supports eight CPUs.',
    source: 'xen/arch/arm/domain.c: arch_sanitise_domain_config',
  },
  'D0-006': {
    title: "dom0's device tree fits the room that Xen takes for it",
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      "Xen allocates the size of the host's tree plus 144 bytes, from 4.22 on with room for memory as well. It leaves out modules, /cpus and what it uses " +
      'itself, and adds a node for each vCPU, /hypervisor, /psci and memory, and a second copy of reserved memory. U-Boot rounds the size of the tree up to a page.',
    source: 'xen/arch/arm/domain_build.c: prepare_dtb_hwdom, DOM0_FDT_EXTRA_SIZE',
  },
  'D0-011': {
    title: "each of Xen's arguments has at most 127 characters",
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would silently truncate the word',
    explain: 'Xen splits its arguments at spaces and reads each word into a buffer of 128 bytes.',
    source: 'xen/common/kernel.c: parse_params',
  },
  'D0-012': {
    title: "Xen's arguments are options that this release has on Arm, with values it can read",
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Xen would print a message and continue without it',
    explain: "Much advice online is for x86. A vendor's fork may have options of its own.",
    source: 'xen/common/kernel.c: parse_params; every *_param() of the release',
  },
  'D0-013': {
    title: 'the console device exists in the tree, and Xen may take it',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would run without a console: neither its output nor that of guests with a virtual PL011 is seen',
    explain:
      'dtuart takes an alias or a full path; without it Xen uses the stdout-path of /chosen. Xen does not touch a node whose ' +
      'status is not okay, or that is marked with xen,passthrough.',
    source: 'xen/drivers/char/uart-init.c: dt_uart_init',
  },
  'D0-020': {
    title: 'Xen has a driver for its console',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Xen would run without a console: neither its output nor that of guests with a virtual PL011 is seen',
    explain:
      'Each release of Xen drives some kinds of serial ports, by their compatible: PL011, 16550 and its kin, and those of some chips. On any other ' +
      "one it stays silent. A direct-mapped domain without nr_spis even stops it, because Xen takes that domain's number of interrupts from its console.",
    source: 'xen/drivers/char/*.c: DT_DEVICE_START, DEVICE_SERIAL',
  },
  'D0-021': {
    title: 'there is room for the first bank of a coloured dom0',
    severity: 'error',
    acceptable: 'yes',
    effect: DOMAIN_PANIC,
    explain:
      'A dom0 with colours, and a hardware domain without direct-map, sees its RAM where the host has some free, from the lowest on. From 4.22 on Xen leaves out ranges at the ' +
      'bottom until one has 128 MiB, or all the domain gets, and holds its kernel, tree and ramdisk.',
    source:
      'xen/common/device-tree/domain-build.c: allocate_hwdom_memory; xen/arch/arm/kernel.c: arch_hwdom_first_bank_can_fit_modules',
  },
  'D0-015': {
    title: 'the scheduler exists and is compiled in',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would silently use its default scheduler',
    explain: 'credit2 and credit are on by default; null, rtds and arinc653 need DEBUG or UNSUPPORTED.',
    source: 'xen/common/sched/core.c: scheduler_init',
  },
  'D0-016': {
    title: 'a guest may share pages and event channels with the backend of its devices',
    severity: 'warning',
    acceptable: 'yes',
    effect:
      'the backend could not map pages of the domain, nor reach it by an event channel: the device would not work',
    explain:
      "XSM's SILO module, the default on Arm, lets a domain share pages and event channels with dom0 alone. A virtio device with grant_usage=0 works without grants.",
    source: 'xen/xsm/silo.c: silo_mode_dom_check',
  },
  'D0-019': {
    title: 'Xen is told to use all kinds of CPUs where the host has several',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Xen would leave CPUs offline that differ from the one it boots on',
    explain:
      'hmp-unsafe=true starts them all. A vCPU must then stay on one kind: give each domain a cpupool or an affinity, or a guest may see its CPU change.',
    source: 'xen/arch/arm/smpboot.c: start_secondary',
  },
  'D0-005': {
    title: 'dom0 has SVE only if Xen and the machine have it',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: 'Xen would panic at boot',
    explain: 'Xen needs ARM64_SVE compiled in, and lengths are multiples of 128 bits.',
    source: 'xen/arch/arm/domain_build.c: parse_arch_dom0_param, create_dom0',
  },
  'D0-014': {
    title: 'affinities of virtual CPUs name only CPUs that Xen starts',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'Xen starts at most as many CPUs as maxcpus says and as it was built for (NR_CPUS), in the order of its CPU numbers. An affinity that also names ' +
      'one of the others stops it as well.',
    source:
      'xen/arch/arm/smpboot.c: dt_smp_init_cpus, smp_get_max_cpus; xen/common/device-tree/dom0less-build.c: domain_vcpu_affinity',
  },
  'D0-007': {
    title: 'tee= names a mediator that Xen has',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'Mediators are optee and ffa; both have to be compiled in. Whether the firmware answers is not known in advance.',
    source: 'xen/arch/arm/tee/tee.c: tee_init',
  },
  'D0-008': {
    title: 'iommu=force is given only where there is an IOMMU',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: 'Xen would panic at boot',
    explain: 'force and required stop Xen where it finds no IOMMU that it can use.',
    source: 'xen/drivers/passthrough/iommu.c: iommu_setup',
  },
  'D0-022': {
    title: "/chosen is in dom0's device tree",
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      "Xen leaves memory, boot-time domains, modules and PSCI out of dom0's tree, by device_type and compatible. Arguments and ramdisk are in /chosen.",
    source: 'xen/arch/arm/domain_build.c: handle_node, initrd_load',
  },
  'D0-023': {
    title: 'no two devices of dom0 have the same stream of an IOMMU',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'Xen puts every device with iommus that is not marked with xen,passthrough behind the IOMMU for dom0, or the hardware domain. An SMMUv3 accepts a stream once, whichever domain has it; at an SMMUv2 a stream may be repeated, but not overlap one with another mask.',
    source:
      'xen/arch/arm/device.c: handle_device; xen/drivers/passthrough/arm/smmu-v3.c: arm_smmu_write_strtab_ent; smmu.c: arm_smmu_find_sme',
  },
  'D0-024': {
    title: 'Xen uses the stream masks of devices of dom0',
    severity: 'warning',
    acceptable: 'yes',
    effect: "the IOMMU would block the devices' other streams, and dom0's drivers would wait for them forever",
    explain:
      'As PT-052, for what dom0, or the hardware domain, keeps: before 4.20 Xen puts its devices behind an SMMUv2 with masks of 0. A device whose only stream is the one in iommus works all the same.',
    source: 'xen/drivers/passthrough/arm/smmu.c: arm_smmu_master_alloc_smes, up to 4.19 and from 4.20 on',
  },
  'D0-025': {
    title: 'Xen can put the devices of dom0 behind their IOMMUs, or drives none',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'As PT-017, for what dom0, or the hardware domain, keeps: once Xen drives one IOMMU of the board, it adds every device with iommus that is not marked with xen,passthrough, whatever its status. This fails at an IOMMU that Xen does not drive, or of another kind than the first which it drives, unless that IOMMU is disabled. Where the .config of Xen is not given, this is a note.',
    source:
      'xen/arch/arm/device.c: handle_device; xen/drivers/passthrough/arm/iommu.c: iommu_set_ops; device_tree.c: iommu_add_dt_device; arm/iommu_fwspec.c: iommu_fwspec_init; arm/smmu.c: arm_smmu_dt_add_device_generic',
  },
  'D0-026': {
    title: 'devices of dom0 have interrupts that a GIC can have',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      "Interrupts of a GIC end at 1019. Xen notes the trigger of every interrupt in the board's tree, also of disabled devices, in a table of 1024 entries without checking the number, and then cannot route it to dom0, or to the hardware domain.",
    source: 'xen/arch/arm/irq.c: irq_set_spi_type, route_irq_to_guest',
  },
  'D0-027': {
    title: 'registers of the devices of dom0 have host addresses',
    severity: 'error',
    acceptable: 'yes',
    effect: DOMAIN_PANIC,
    explain:
      'Xen finds the host addresses of all devices that it shows to dom0, or to the hardware domain, disabled ones included, through the ranges of their buses. An address in no range stops it. Children of a node without ranges, such as flash partitions, are skipped. Of the 577 board trees in Debian 12, 15 have such a device, 13 of them of TI K3 (interrupt-controller@a00000).',
    source: 'xen/arch/arm/device.c: handle_device; xen/common/device-tree/device-tree.c: dt_device_get_address',
  },
}))
