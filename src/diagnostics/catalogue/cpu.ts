import { DOMAIN_PANIC, HOST_PANIC } from './effects.ts'
import { family } from './entry.ts'

/** Boot-time cpupools and scheduling. */
export const cpu = family(() => ({
  'CPU-001': {
    title: 'Xen is built with BOOT_TIME_CPUPOOLS where there are cpupools',
    severity: 'error',
    acceptable: 'yes',
    effect: 'every domain would run on all CPUs, without any message',
    explain: 'BOOT_TIME_CPUPOOLS is off in a stock build.',
    source: 'xen/common/sched/Kconfig: BOOT_TIME_CPUPOOLS',
  },
  'CPU-002': {
    title: 'a cpupool has CPUs',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain: 'cpupool-cpus lists them.',
    source: 'xen/common/sched/boot-cpupool.c: btcpupools_dtb_parse',
  },
  'CPU-003': {
    title: 'a cpupool names CPUs that Xen starts',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain: 'They are nodes below /cpus; maxcpus= and NR_CPUS leave the ones after the first few offline.',
    source: 'xen/common/sched/boot-cpupool.c: btcpupools_dtb_parse',
  },
  'CPU-004': {
    title: 'CPUs of cpupools have 32-bit ids',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain: 'Xen compares only the lower half of reg.',
    source: 'xen/common/sched/boot-cpupool.c: get_logical_cpu_from_cpu_node',
  },
  'CPU-005': {
    title: 'a CPU is in one cpupool',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain: 'A CPU has one scheduler.',
    source: 'xen/common/sched/boot-cpupool.c: btcpupools_dtb_parse',
  },
  'CPU-006': {
    title: 'CPUs of cpupools are of the kind that Xen boots on, or Xen is told to use others',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain: 'Other kinds stay offline without hmp-unsafe=true, and a pool must not contain a CPU that is offline.',
    source: 'xen/arch/arm/smpboot.c: start_secondary; xen/common/sched/boot-cpupool.c',
  },
  'CPU-007': {
    title: 'the scheduler of a cpupool exists and is compiled in',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain: 'credit2 and credit are on by default; null, rtds and arinc653 need DEBUG or UNSUPPORTED.',
    source: 'xen/common/sched/boot-cpupool.c: check_and_get_sched_id',
  },
  'CPU-008': {
    title: 'domain-cpupool points to a cpupool',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'It is the phandle of a node that is compatible with xen,cpupool.',
    source:
      'xen/common/device-tree/dom0less-bindings.c; xen/common/sched/boot-cpupool.c: btcpupools_get_domain_pool_id',
  },
  'CPU-009': {
    title: 'domain-cpupool points to something',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the domain would run in Pool-0, without any message',
    explain: 'Xen treats a phandle that no node has as no phandle.',
    source: 'xen/common/device-tree/dom0less-bindings.c: parse_dom0less_node',
  },
  'CPU-011': {
    title: 'cpupools are direct children of /chosen',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the pool would not be created, and its domains would run in whichever pool has its first CPU',
    explain: 'Xen looks at the children of /chosen.',
    source: 'xen/common/sched/boot-cpupool.c: btcpupools_dtb_parse',
  },
  'CPU-012': {
    title: 'under the null scheduler each virtual CPU has a CPU of its own',
    severity: 'error',
    acceptable: 'yes',
    effect: 'virtual CPUs that get none would wait forever, without any message',
    explain:
      'The null scheduler binds each virtual CPU to a physical one. Domains without a pool of their own, and dom0, run in the pool of the boot CPU.',
    source: 'xen/common/sched/null.c',
  },
  'CPU-013': {
    title: 'a pool under arinc653 is given a schedule',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'only dom0 would run',
    explain:
      'Xen starts with a schedule that contains only dom0; others wait until the schedule is set (XEN_SYSCTL_SCHEDOP_putinfo).',
    source: 'xen/common/sched/arinc653.c',
  },
  'CPU-015': {
    title: 'guests that keep their CPU while they wait do not share it',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'a waiting guest would keep the CPU from another one for a whole time slice',
    explain:
      'By default Xen takes the CPU back when a guest waits for an interrupt (WFI). vwfi=native leaves it with the guest, which is faster but only makes sense where each virtual CPU has a CPU of its own.',
    source: 'xen/arch/arm/traps.c: vwfi; docs/misc/xen-command-line.pandoc, xen/common/sched/core.c',
  },
  'CPU-016': {
    title: 'Xen uses every CPU of the tree',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Xen would print a message and continue without the CPU',
    explain: 'Xen uses each child of /cpus with device_type = "cpu" whose reg is unique.',
    source: 'xen/arch/arm/smpboot.c: dt_smp_init_cpus',
  },
  'CPU-017': {
    title: 'Xen can start every CPU of the tree',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Xen would leave the CPU off, and stop if a cpupool names it, unless the firmware completes the tree',
    explain:
      'Xen starts CPUs by PSCI with method = "smc", as it runs at EL2 itself, or by a spin table. U-Boot of some boards (NXP Layerscape) adds /psci and enable-method at boot.',
    source: 'xen/arch/arm/arm64/smpboot.c: dt_arch_cpu_init; xen/arch/arm/psci.c: psci_is_smc_method',
  },
}))
