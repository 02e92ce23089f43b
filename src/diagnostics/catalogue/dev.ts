import { family } from './entry.ts'

/** Devices of the host that are given to domains. */
export const dev = family(() => ({
  'DEV-001': {
    title: 'the clock rates of a device that is given to a domain are known',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would divide by a wrong rate, or would not start',
    explain:
      "A guest has none of the board's clock controllers: each clock of its device becomes a fixed clock. Rates of fixed clocks, and of fixed factors of them, are taken from the host's tree. The manifest gives all others, by the names in clock-names or by index: clocks: { pclk: 125000000 }.",
  },
  'DEV-002': {
    title: 'a driver finds the system controller whose registers it changes',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would not start',
    explain:
      'Many drivers set bits in registers of a system controller, which is a device of its own with registers of many others. Where firmware has set them, drop leaves the property out; include gives the domain the controller, too, if nothing else needs it.',
  },
  'DEV-003': {
    title: 'a device that is given to a domain does not depend on what stays with another',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would not start, or two domains would drive what belongs together',
    explain:
      'Mailboxes, hardware locks, reserved memory and flags are shared with a coprocessor, or with drivers of the domain that has the rest of the hardware.',
  },
  'DEV-004': {
    title: 'clocks, include, functions and drop of a device name what exists',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'they would have no effect',
    explain:
      'include names nodes of the host by full path, alias or label: devices with registers, or nodes that need no bus, such as fixed regulators. drop names properties of the device and of nodes below it, or full paths of such nodes. clocks names entries of clock-names, or indices. functions names functions of a PCI bridge with iommu-map.',
  },
  'DEV-005': {
    title: 'no running domain needs a device that another is given',
    severity: 'error',
    acceptable: 'yes',
    effect: "dom0 would have no console or no root disk, or another domain's device would not work",
    explain:
      'Other devices depend on a controller of GPIOs, regulators, clocks, interrupts, DMA or a bus, directly or through others: those that name it in any property of the tree, and those on its bus. For dom0, its console and the disk that root= names count.',
  },
  'DEV-006': {
    title: 'no device that stays with the host needs one that is given to a domain',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'drivers of dom0 would wait for it forever, and the domain would control what they depend on',
    explain:
      'A GPIO or I2C controller, for example, may switch the supplies of others. What depends on it is found through any property of the tree that names it, and through its bus, directly or through others.',
  },
  'DEV-007': {
    title: 'devices that do DMA name the enabled IOMMU that they are behind',
    severity: 'warning',
    acceptable: 'yes',
    effect: "the IOMMU would block all their DMA, that of dom0's devices included",
    explain:
      'An IOMMU that Xen drives lets through only what Xen has set up, and Xen learns of a device from its iommus. The tree does not say which devices without iommus are behind it.',
  },
  'DEV-008': {
    title: 'dom0 does not switch off what devices of other domains need',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'the device would stop some seconds after dom0 has started',
    explain:
      "Linux switches off clocks, power domains and regulators that no driver of its own uses, and it does not see the devices of other domains. clk_ignore_unused, pd_ignore_unused and, from 6.8 on, regulator_ignore_unused among dom0's arguments prevent that.",
  },
  'DEV-009': {
    title: 'Xen can be given every stream that a device has at its IOMMU',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'Xen would panic, or a function behind a PCI bridge could do no DMA',
    explain:
      "A PCI bridge is given to a domain with all functions behind it, and iommu-map gives the stream of each. Xen reads only iommus of the host's node, with single streams of one IOMMU, at an SMMUv1 or v2 at most 16, so domforge writes them there: those of the functions that the manifest names, or all where there are few.",
  },
}))
