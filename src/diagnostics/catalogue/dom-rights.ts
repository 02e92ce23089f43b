/** DOM: capabilities, and what the hardware domain may not have. */
import { DOMAIN_PANIC } from './effects.ts'
import { family } from './entry.ts'

export const domRights = family(() => ({
  'DOM-013': {
    title: 'capabilities has only bits that Xen knows',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'They are 1 (control), 2 (hardware) and 4 (xenstore), from Xen 4.21 on.',
    source: 'xen/common/device-tree/dom0less-bindings.c: parse_dom0less_node',
  },
  'DOM-014': {
    title: 'at most one domain is the hardware domain',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'dom0 has it where there is one; else one domain can have the capability hardware.',
    source: 'xen/common/device-tree/dom0less-bindings.c: parse_dom0less_node',
  },
  'DOM-015': {
    title: 'at most one domain runs xenstore for the others',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'dom0 does where there is one; else one domain can have the capability xenstore.',
    source: 'xen/common/device-tree/dom0less-build.c: set_xs_domain',
  },
  'DOM-016': {
    title: 'the hardware domain has no passthrough property',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'It uses the IOMMU in any case, if there is one.',
    source: 'xen/common/device-tree/dom0less-bindings.c: parse_dom0less_node',
  },
  'DOM-017': {
    title: 'the hardware domain is behind an IOMMU, or its memory is mapped 1:1',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      "Otherwise its devices would access memory other than the domain's. Xen drives SMMUv1 and v2 and Renesas' IPMMU; SMMUv3 has to be compiled in. Whether the hardware works is not known in advance.",
    source: 'xen/common/device-tree/dom0less-bindings.c: parse_dom0less_node',
  },
  'DOM-018': {
    title: 'neither the hardware domain nor any domain after it has a partial device tree',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain:
      'Xen looks for multiboot,device-tree in the whole rest of the tree from there on. The hardware domain has to be the last one, and domforge puts it there.',
    source: 'xen/common/device-tree/dom0less-bindings.c: parse_dom0less_node',
  },
  'DOM-019': {
    title: 'the hardware domain has no nr_spis',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: 'It has as many SPIs as the host.',
    source: 'xen/arch/arm/dom0less-build.c: arch_parse_dom0less_node',
  },
  'DOM-061': {
    title: 'the hardware domain has no virtual PL011',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would silently omit it',
    explain:
      "Xen makes this domain's tree from the host's own, without an emulated console. The domain has Xen's console as hvc0.",
    source: 'xen/common/device-tree/dom0less-build.c: construct_domU',
  },
}))
