import { family } from './entry.ts'

/** Control of clocks and power by SCMI, before any tree is made of it. */
export const sci = family(() => ({
  'SCI-001': {
    title: 'a domain that controls clocks and power by SCMI is on a board with such firmware',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the domain would call a firmware that is not there',
    explain:
      'Xen forwards calls by SMC alone, to the firmware that the host tree describes with arm,scmi-smc and its arm,smc-id. What the calls are about lies in memory that the node names ' +
      'with shmem; the domain gets both.',
    source: 'xen/arch/arm/firmware/scmi-smc.c: scmi_dom0_init; docs/hypervisor-guide/arm/firmware/arm-scmi.rst',
  },
  'SCI-002': {
    title: 'devices whose clocks or power the firmware controls are with the domain that has the firmware',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'their drivers may not start, or find clocks and power switched off',
    explain:
      'One domain calls the firmware. For all others, dom0 too, clocks, power domains and resets of the firmware are as that domain leaves them.',
    source: 'xen/arch/arm/firmware/scmi-smc.c: scmi_handle_smc, scmi_smc_dt_handle_node',
  },
}))
