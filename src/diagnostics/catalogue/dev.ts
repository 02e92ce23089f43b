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
} as const satisfies Record<string, CatalogueEntry>
