import { family } from './entry.ts'

/** Devices of the host that are given away. */
export const dev = family(() => ({
  'DEV-001': {
    title: 'the rates of the clocks of a device that is given away are known',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would divide by a wrong rate, or would not start',
    explain:
      "A guest has none of the board's clock controllers: each clock of its device becomes one of a fixed rate. Rates of fixed clocks, and of factors of them, are taken from the host's tree. All others the manifest gives by name of clock-names, or by index: clocks: { pclk: 125000000 }.",
  },
  'DEV-002': {
    title: 'a driver finds the system controller whose registers it changes',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would not start',
    explain:
      'Many drivers set bits in registers of a system controller, which is a device of its own with registers of many others. Where firmware has set them, drop leaves the property out; include gives the controller away, too, if nothing else needs it.',
  },
  'DEV-003': {
    title: 'a device that is given away is not half of something that stays',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would not start, or both halves would be in the hands of different domains',
    explain:
      'Mailboxes, hardware locks, reserved memory and flags are shared with a co-processor, or with drivers of the domain that has the rest of the hardware.',
  },
  'DEV-004': {
    title: 'clocks, include, functions and drop of a device name what is there',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'they would have no effect',
    explain:
      'include names nodes of the host by full path, alias or label: devices with registers, or nodes that need no bus, such as fixed regulators. drop names properties of the device and of nodes below it, or full paths of such nodes. clocks names entries of clock-names, or indices. functions names functions of a PCI bridge with iommu-map.',
  },
  'DEV-005': {
    title: 'no domain that runs needs what another is given',
    severity: 'error',
    acceptable: 'yes',
    effect: "dom0 would have no console or no root disk, or another domain's device would not work",
    explain:
      'A controller of GPIOs, regulators, clocks, interrupts, DMA or a bus has others that depend on it, in turn: who names it or what is on its bus, by any property of the tree. Of dom0 its console and the disk that root= names count.',
  },
  'DEV-006': {
    title: 'no device of the host misses what is given away',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'drivers of dom0 would wait for it forever, and the domain would control what they work with',
    explain:
      'A GPIO or I2C controller, for example, switches voltages of others. Who names the device, or what is on its bus, is found by any property of the tree, in turn.',
  },
  'DEV-007': {
    title: 'devices that read and write memory say which enabled IOMMU they are behind',
    severity: 'warning',
    acceptable: 'yes',
    effect: "Xen would stop all their accesses to memory, those of dom0's devices included",
    explain:
      'An IOMMU that Xen drives lets through only what Xen has set up, and Xen knows of a device by its iommus. The tree does not say which devices without iommus are behind it.',
  },
  'DEV-008': {
    title: 'dom0 leaves on what devices of other domains run on',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'the device would stop some seconds after dom0 has started',
    explain:
      "Linux switches off clocks, power domains and regulators that no driver of its own uses, and it does not see the devices of other domains. clk_ignore_unused, pd_ignore_unused and, from 6.8 on, regulator_ignore_unused among dom0's arguments stop that.",
  },
  'DEV-009': {
    title: 'Xen can be told of every stream that a device has at its IOMMU',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'Xen would panic, or a function of a PCI bridge could not access memory',
    explain:
      "A PCI bridge is given away with all functions behind it, and iommu-map says which stream each of them has. Xen reads iommus of the host's node alone, one stream at a time and of one IOMMU, so domforge writes them there: those of the functions that the manifest names, or all where there are few.",
  },
}))
