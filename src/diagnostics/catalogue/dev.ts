import type { CatalogueEntry } from './entry.ts'

/** Devices of the host that are given away. */
export const dev = {
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
      'Many drivers set bits in registers of a system controller, which is a device of its own with registers of many others. Where firmware has set them, drop leaves the property out; include gives the controller away, too, if nobody else needs it.',
  },
  'DEV-003': {
    title: 'a device that is given away is not one half of something that stays',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would not start, or both halves would be in the hands of different domains',
    explain:
      'Mailboxes, hardware locks, reserved memory and flags are shared with a co-processor, or with drivers of the domain that has the rest of the hardware.',
  },
  'DEV-004': {
    title: 'clocks, include and drop of a device name what is there',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'they would have no effect',
    explain:
      'include names nodes of the host by full path, alias or label: devices with registers, or nodes that need no bus, such as fixed regulators. drop names properties of the device and of nodes below it, or full paths of such nodes. clocks names entries of clock-names, or indices.',
  },
} as const satisfies Record<string, CatalogueEntry>
