import { family } from './entry.ts'

/** Disks and networks that another domain serves with drivers for Xen. */
export const pv = family(() => ({
  'PV-001': {
    title: 'a guest with disks or networks of another domain has xenstore and grants',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'its drivers would find nothing',
    explain:
      'Both ends find each other in xenstore, and the guest grants its pages. A guest that Xen starts has both only with enhanced: enabled, and there must be a dom0, whose xl ' +
      'creates the devices.',
    source: 'docs/misc/arm/device-tree/booting.txt: xen,enhanced; tools/xl/xl_block.c, xl_nic.c',
  },
  'PV-002': {
    title: 'disks of a guest have names of their own',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: 'xl refuses a second disk with the same vdev. Without one, the position in the list decides.',
    source: 'tools/libs/light/libxl_disk.c: libxl__device_disk_add',
  },
  'PV-003': {
    title: 'disks and networks are given in one place',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'extra-xl would replace what is generated, and the guest would lack it',
    explain:
      'disks and networks become disk and vif of the xl configuration. The same key in extra-xl would replace them.',
    source: 'tools/xl/xl_parse.c',
  },
  'PV-004': {
    title: 'a backend other than dom0 is another domain that the guest may reach',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'neither grants nor event channels could be set up (EPERM)',
    explain:
      "Xen's default policy on Arm, SILO, lets two unprivileged domains share nothing at run time: one of the two must be dom0 or have the capability control. xsm=dummy lifts that for all domains " +
      'of the machine, and a FLASK policy for those that it names.',
    source: 'xen/xsm/silo.c: silo_mode_dom_check',
  },
}))
