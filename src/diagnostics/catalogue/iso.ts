import type { CatalogueEntry } from './entry.ts'

/** What the manifest asserts of domains that must not reach each other. */
export const iso = {
  'ISO-001': {
    title: 'domains that are asserted to be isolated do not reach each other',
    severity: 'error',
    explain:
      'The manifest says so below assert.isolated. What counts is what the manifest gives to domains: shared memory, which Xen maps for reading and ' +
      'writing to all who take part, event channels, the rights of dom0 and of a domain with the capability control, xenstore, DMA of devices ' +
      'that no IOMMU holds back. The report shows all of it for each pair of domains.',
  },
  'ISO-002': {
    title: 'a domain reaches only those that only-reaches names',
    severity: 'error',
    explain:
      'The manifest says so below assert.only-reaches. Domains that can act on this one without being reached by it, as dom0 does, are not ' +
      'meant: say isolated for both ways.',
  },
} as const satisfies Record<string, CatalogueEntry>
