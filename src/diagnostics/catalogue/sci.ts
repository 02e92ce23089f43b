import { family } from './entry.ts'

/** Control of clocks and power by SCMI, before any tree is made of it. */
export const sci = family(() => ({
  'SCI-001': {
    title: 'the board has SCMI firmware where a domain controls clocks and power by SCMI',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the domain would call firmware that is not there',
    explain:
      'Xen forwards only SMC calls, to the firmware that the host tree describes with arm,scmi-smc and its arm,smc-id. Their messages are in memory that the node names ' +
      'with shmem; the domain gets both.',
    source: 'xen/arch/arm/firmware/scmi-smc.c: scmi_dom0_init; docs/hypervisor-guide/arm/firmware/arm-scmi.rst',
  },
  'SCI-002': {
    title: 'devices whose clocks or power SCMI firmware controls are with the domain that may call it',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'their drivers may not start, or find clocks and power switched off',
    explain:
      'One domain calls the firmware. For all others, including dom0, its clocks, power domains and resets stay as that domain leaves them.',
    source: 'xen/arch/arm/firmware/scmi-smc.c: scmi_handle_smc, scmi_smc_dt_handle_node',
  },
}))
