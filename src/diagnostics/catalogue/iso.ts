import { family } from './entry.ts'

/** What the manifest asserts of domains that must not reach each other. */
export const iso = family(() => ({
  'ISO-001': {
    title: 'domains that are asserted to be isolated do not reach each other',
    severity: 'error',
    acceptable: 'no: isolation',
    explain:
      'The manifest says so under assert.isolated. What counts is what the manifest gives to domains: shared memory, which Xen maps for reading and ' +
      'writing to all domains of a region, event channels, the rights of dom0 and of a domain with the capability control, xenstore, DMA of devices ' +
      'without an IOMMU. The report shows all of it for each pair of domains.',
  },
  'ISO-002': {
    title: 'a domain reaches only those that only-reaches names',
    severity: 'error',
    acceptable: 'no: isolation',
    explain:
      'The manifest says so under assert.only-reaches. Domains that can act on this one without being reached by it, as dom0 can, are not ' +
      'covered: use isolated for both directions.',
  },
}))
