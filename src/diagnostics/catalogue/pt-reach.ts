import { family } from './entry.ts'

/** What a partial device tree gives to a domain, and must not give. */
export const ptReach = family(() => ({
  'PT-033': {
    title: 'an assigned node is marked with xen,passthrough where another domain has the rest of the hardware',
    severity: 'error',
    acceptable: 'no: isolation',
    effect:
      'the owner of the hardware would have the device as well: Xen panics if it has an interrupt or an IOMMU; otherwise both drive it',
    explain:
      "Dom0, or the hardware domain, has every device whose node is not marked. domforge marks what the manifest's partial trees name.",
    source: 'xen/arch/arm/device.c: handle_device',
  },
  'PT-036': {
    title: 'xen,reg gives no RAM of the host',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: 'the guest could read and change memory of Xen or of other domains',
    explain:
      "Xen maps whatever xen,reg says. Only what the host reserves for devices (/reserved-memory) may be given, and RAM in the device's own reg.",
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-037': {
    title: 'xen,reg gives no registers that Xen itself uses',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: 'the guest could control interrupts, DMA or the console of the whole machine',
    explain: 'Xen maps whatever xen,reg says, the interrupt controller, IOMMUs and its own console included.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-038': {
    title: 'xen,reg gives registers of the node that xen,path names',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: 'the guest would get a device that it was not given',
    explain:
      'Xen maps whatever xen,reg says and compares it with nothing. Registers of the named node, of nodes below it, and windows of its bus are its own, in whole pages. A node without xen,path may have any device that no other domain has. A device that no domain has, and without DMA, is PT-055.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-055': {
    title: 'xen,reg gives registers of the node that xen,path names alone, not of a device that no domain has',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the guest would get a device that it was not given',
    explain:
      "AMD's partial trees for a serial port, SD or SPI of ZynqMP give the four timers of the chip along with the device, for its clocks. Where no domain names such a device, dom0 does not drive it, and the tree shows no DMA of it, that can be meant: accept the finding with that reason. Otherwise it is PT-038, or PT-021.",
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop; Xilinx/xen-passthrough-device-trees',
  },
  'PT-039': {
    title: 'xen,reg gives addresses that the host tree knows',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'the guest would see whatever is there, or fault',
    explain: 'Usually a mistyped address. Registers that no node describes can be given all the same.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-040': {
    title: 'a device lies outside the extended regions of its guest',
    severity: 'warning',
    acceptable: 'yes',
    effect:
      'once the guest maps memory of other domains, that may replace the device, or the driver finds its addresses taken',
    explain:
      'Up to 4.20 Xen offers an enhanced guest all address space past its RAM for such mappings (extended regions), whatever xen,reg puts there. From 4.21 on it leaves devices out.',
    source: 'xen/arch/arm/domain_build.c: find_domU_holes, find_memory_holes',
  },
}))
