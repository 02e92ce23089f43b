import { family } from './entry.ts'

/** What happens when domains end. */
export const lif = family(() => ({
  'LIF-001': {
    title: 'a domain that is to come back can be created again',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'it would not come back, whatever the policy says',
    explain:
      'Xen restarts no domain. What it builds at boot alone (static memory, a direct map, static shared memory and event channels, capabilities) xl cannot ' +
      'recreate, without dom0 nothing creates a domain, and a domain whose id is in the device tree of another comes back with a new one. Nor may one ' +
      'end of a device in the layouts resource-table and zephyr-static-vrings restart without the other. For such a domain only stop and reset-platform are possible.',
    source: 'xen/common/domain.c: domain_shutdown; tools/xl/xl_parse.c',
  },
  'LIF-002': {
    title: 'a hang that a policy acts on is detected',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'a guest that hangs would hang forever',
    explain:
      "Xen does not notice that a guest hangs. It ends a guest that has armed one of Xen's watchdogs and no longer feeds it, and the supervisor sees that; with boot-limit a guest that does not report in " +
      'xenstore in time that it is up counts as hung.',
    source: 'xen/common/sched/core.c: domain_watchdog',
  },
  'LIF-003': {
    title: "a guest that uses Xen's watchdog or reports panics to Xen can detect Xen",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would refuse to load, and nothing would ever be reported',
    explain:
      'Without the node /hypervisor a guest does not know that it runs on Xen. enhanced decides whether it has one.',
    source: 'arch/arm/xen/enlighten.c of Linux: xen_early_init',
  },
  'LIF-004': {
    title: 'a guest that reports its state in xenstore has xenstore',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'every reboot would count as a crash, or every start as a hang',
    explain:
      'Boot-time domains have a node in xenstore with enhanced: enabled or legacy; domains of xl always have one.',
    source: 'tools/helpers/init-dom0less.c',
  },
  'LIF-005': {
    title: 'a reboot and a crash that are treated differently can be told apart',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'a panic would be mistaken for a reboot',
    explain:
      'Linux on Arm does not report a panic: it resets itself, as at a reboot, or spins. A module in the guest can report it (examples/guest-panic), or the guest marks each reboot on purpose in ' +
      'xenstore. Without on-reboot, on-crash applies to both.',
    source: 'arch/arm/xen/enlighten.c of Linux: xen_restart',
  },
  'LIF-006': {
    title: 'the manifest says where dom0 finds the images of a domain that comes back',
    severity: 'error',
    acceptable: 'yes',
    effect: 'xl would not find the kernel, and the domain would not come back',
    explain:
      'U-Boot loads the images of boot-time domains; no copy of them remains. dom0 needs a copy in its own file system, in files-at.',
    source: 'tools/xl/xl_vmcontrol.c: create_domain',
  },
  'LIF-007': {
    title: 'a guest whose crash a policy acts on resets itself after a panic, or reports it',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the guest would spin forever, and look alive',
    explain:
      'Without panic=N Linux spins after a panic, which looks like a busy guest. Kernels can be built with another default (CONFIG_PANIC_TIMEOUT): accept it then. domforge never adds ' +
      'to boot arguments.',
    source: 'kernel/panic.c of Linux',
  },
  'LIF-008': {
    title: 'a dom0 that supervises domains resets the machine after a panic',
    severity: 'error',
    acceptable: 'yes',
    effect: 'domains would no longer be supervised, without any message',
    explain:
      'A panic of dom0 without panic=N is silent: dom0 spins, the guests keep running, and none of them is restarted when it ends. Kernels can be built with another default ' +
      '(CONFIG_PANIC_TIMEOUT): accept it then.',
    source: 'kernel/panic.c of Linux; xen/common/shutdown.c: hwdom_shutdown',
  },
  'LIF-009': {
    title: 'only domains that dom0 creates are started in an order, or on demand',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'it would be started at once, with all others',
    explain: 'Xen builds boot-time domains one after the other and lets them all run when it has built the last one.',
    source: 'xen/arch/arm/setup.c: start_xen, domain_unpause_by_systemcontroller',
  },
  'LIF-010': {
    title: 'dependencies between domains have no cycle',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'none of them would ever be created',
    explain: 'after, and backend= in extra-xl, say which domains must run before another is created.',
  },
  'LIF-011': {
    title: 'the number of resets of the machine is limited',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'a machine with a lasting fault would reset forever',
    explain:
      'platform-resets says how many resets there may be without a good run in between. Afterwards the machine keeps running as it is, so that it can be examined.',
  },
  'LIF-012': {
    title: 'a backend does not come back without its frontends',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the frontends would keep devices without a backend',
    explain:
      'A device is connected to the id of its backend, and a domain that is created again has another. Its frontends have to be created again after it: restart-dependents.',
    source: 'tools/libs/light/libxl_device.c',
  },
  'LIF-013': {
    title: 'domains that are restarted with another one can be created again',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'they would be left without what they need',
    explain:
      'restart-dependents removes this domain, then every one that needs it, and creates them again in the same order. Each of them needs a lifecycle of its own, and must be one that xl can create again.',
  },
  'LIF-014': {
    title: 'fatal errors of Zephyr that a policy acts on are reported',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the guest would spin forever, and look alive',
    explain:
      "Zephyr's fatal error handler locks interrupts and spins. With k_sys_fatal_error_handler of examples/guest-panic it reports a crash to Xen, and a thread feeds Xen's watchdog.",
    source: 'kernel/fatal.c of Zephyr',
  },
  'LIF-015': {
    title: 'a domain that can reset the machine has a reason to',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'whoever controls that guest can take all others down by making it crash',
    explain:
      "reset-platform gives a guest power over the whole machine. Where that is intended, as for a safety function, may-reset-platform says why; the report lists all such domains under 'who can reset this machine'.",
  },
  'LIF-016': {
    title: 'there is a dom0 that can reset the machine',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the domain would end, and all others keep running',
    explain:
      "The supervisor in dom0 resets the machine. Without dom0 Xen does so only when its hardware domain reboots; the alternative is the board's watchdog, fed by a guest, with U-Boot's bootcount.",
    source: 'xen/common/shutdown.c: hwdom_shutdown',
  },
  'LIF-017': {
    title: 'only the supervisor acts when a domain with a lifecycle ends',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'xl and the supervisor would both act, and interfere with each other',
    explain:
      "xl's own on_poweroff, on_reboot, on_crash, on_watchdog and on_soft_reset are carried out by a process that xl create leaves behind. With a lifecycle, all are written as preserve, and the supervisor decides.",
    source: 'tools/xl/xl_vmcontrol.c: handle_domain_death',
  },
  'LIF-018': {
    title: 'delays leave room for all attempts within the window',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'a domain that crashes at once would be created again forever',
    explain:
      'Only attempts within the window count. If the delays add up to the window or more, the first attempt has dropped out of it before the last is made.',
  },
  'LIF-019': {
    title: 'devices of a domain that comes back are quiesced first',
    severity: 'error',
    acceptable: 'yes',
    effect: "the device's old DMA would write into the memory of the new kernel",
    explain:
      'DMA does not stop when the domain ends. The IOMMU lets it through again as soon as the new domain has the device, and rings of the old kernel are at addresses that the new one uses. ' +
      "quiesce says what stops it: values that dom0 writes to its registers before the domain is created again, a program that the supervisor calls then, such as one that asserts the device's reset line, or why nothing needs to be done.",
    source: 'xen/drivers/passthrough/device_tree.c: iommu_release_dt_devices',
  },
  'LIF-020': {
    title: 'what a domain waits for is started',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the domain would wait forever',
    explain:
      'The supervisor creates the domains of xl that have a lifecycle with start: auto. One that waits for a domain without a lifecycle, or for one that is started on demand, cannot be started automatically.',
  },
  'LIF-021': {
    title: 'backends have names that last',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'xl would find no such backend, or another domain',
    explain:
      'init-dom0less calls boot-time domains dom0less-ID. The supervisor gives those with a lifecycle their own names, which they keep when they are created again; their ids change.',
    source: 'tools/helpers/init-dom0less.c; tools/libs/light/libxl_utils.c: libxl_domain_qualifier_to_domid',
  },
  'LIF-022': {
    title: 'the first delay is not longer than the longest',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'every delay would be the longest',
    explain: 'backoff.first is doubled before each further attempt, up to backoff.max.',
  },
  'LIF-023': {
    title: 'quiesce is given where the supervisor uses it',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'the hook would never run, and nothing would quiesce the device',
    explain:
      'The supervisor in dom0 calls the hook of quiesce, or writes the registers, before it creates the domain of the device. It does so for domains with a lifecycle that can be created while the machine ' +
      'runs, and for devices that do DMA: others do nothing once their domain has ended.',
  },
  'LIF-024': {
    title: 'something arms a watchdog',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'a guest that never arms it may hang forever, unseen',
    explain:
      "Xen's watchdog runs from the guest's first call on. For Linux, metadata.cpio, loaded after the ramdisk, loads xen_wdt and feeds it (through systemd, or a script); the same files are " +
      'below domains/<name>/ for root file systems, and for domains of xl. For Zephyr it is a thread of examples/guest-panic. Other systems have to call SCHEDOP_watchdog themselves.',
    source: 'xen/common/sched/core.c: domain_watchdog; drivers/watchdog/xen_wdt.c of Linux',
  },
  'LIF-025': {
    title: 'something reports in xenstore what the supervisor waits for',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'a healthy guest would count as hung or crashed',
    explain:
      "With boot-limit the supervisor waits for `up` at data/domforge in the guest's part of xenstore, with reboot-told-by: mark it looks for `reboot` there. For Linux, metadata.cpio, loaded after the ramdisk, has a shell " +
      'script that writes both, with xenstore-write or without, called by systemd, initramfs-tools and rc; the same files are below domains/<name>/ for root file systems, and for domains of xl. Other systems have to write them themselves.',
    source: 'xen/include/public/io/xs_wire.h',
  },
  'LIF-026': {
    title: 'attempts.then: reset-platform is given where attempts can be used up',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'the machine would not be reset',
    explain:
      'An attempt is counted when a domain comes back after a fault, and when it cannot be removed while it holds devices. A domain that stays down makes none, and neither does one that cannot be created when it is ' +
      'asked for: it stays down as after a crash (on-crash). on-crash: reset-platform resets the machine at the first.',
  },
}))
