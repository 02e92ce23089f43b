/** DOM: what a domain may have: properties that a release or an option of Xen brings, consoles, direct mapping, SVE. */
import { DOMAIN_PANIC } from './effects.ts'
import type { CatalogueEntry } from './entry.ts'

export const domFeatures = {
  'DOM-012': {
    title: 'a direct-map domain has static memory',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: "Memory that the guest sees at the host's addresses must be reserved for it with xen,static-mem.",
    source: 'xen/common/device-tree/dom0less-bindings.c: parse_dom0less_node',
  },
  'DOM-021': {
    title: 'a domain with a virtual PL011 has at least one SPI',
    severity: 'error',
    effect: 'Xen would panic at boot; Xen 4.17 starts the guest with a console that does not work',
    explain: 'The virtual PL011 uses interrupt 32, the first SPI.',
    source: 'xen/arch/arm/vpl011.c: domain_vpl011_init',
  },
  'DOM-025': {
    title: 'Xen has the virtual PL011 compiled in where a domain uses it',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'The option is SBSA_VUART_CONSOLE, on by default except in tiny64_defconfig.',
    source: 'xen/arch/arm/include/asm/vpl011.h',
  },
  'DOM-026': {
    title: 'trap-unmapped-accesses is 0 or 1',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'With 1, the default, accesses to unmapped addresses fault; with 0, reads return all ones.',
    source: 'xen/arch/arm/dom0less-build.c: arch_parse_dom0less_node',
  },
  'DOM-042': {
    title: 'some domain provides xenstore if another wants it',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain:
      'enhanced: enabled and legacy connect the guest to xenstore, which runs in dom0 or, from Xen 4.21 on, in a domain with that capability. enhanced: no-xenstore gives the guest event channels and grants without it.',
    source: 'xen/common/device-tree/dom0less-build.c: create_domUs',
  },
  'DOM-043': {
    title: 'xen,enhanced has a value that the release knows',
    severity: 'error',
    effect: 'Xen would silently treat it as disabled: the guest sees no hypervisor node',
    explain: 'Values are enabled, no-xenstore and disabled, and from 4.21 on legacy.',
    source: 'xen/common/device-tree/dom0less-build.c: construct_domU',
  },
  'DOM-045': {
    title: 'passthrough is "enabled" or "disabled"',
    severity: 'error',
    effect: 'Xen would silently treat it as disabled',
    explain: 'Only the string "enabled" puts the domain behind the IOMMU.',
    source: 'xen/common/device-tree/dom0less-bindings.c: parse_dom0less_node',
  },
  'DOM-047': {
    title: 'a domain uses only properties that the release reads',
    severity: 'error',
    effect: 'Xen would silently ignore it',
    explain:
      'Properties were added over time: max_grant_* and sve with 4.18, passthrough with 4.19, llc-colors with 4.20, capabilities and trap-unmapped-accesses with 4.21.',
    source: 'xen/common/device-tree/dom0less-bindings.c and its predecessors in each release',
  },
  'DOM-048': {
    title: 'domains are children of /chosen and compatible with xen,domain',
    severity: 'error',
    effect: 'Xen would silently not build the domain',
    explain: 'Xen looks at the children of /chosen only, and at their compatible.',
    source: 'xen/common/device-tree/dom0less-build.c: create_domUs',
  },
  'DOM-049': {
    title: 'a domain node is not disabled by its status',
    severity: 'error',
    effect: 'Xen would build the domain anyway, and not reserve its static memory',
    explain: 'Xen does not look at status of domain nodes. Remove the domain from the manifest instead.',
    source: 'xen/common/device-tree/dom0less-build.c: create_domUs',
  },
  'DOM-058': {
    title: 'Xen has boot-time domains compiled in if the system uses them',
    severity: 'error',
    effect: 'Xen would ignore these domains, and panic when there is no dom0 either',
    explain: 'Since 4.19 the option is DOM0LESS_BOOT, on by default; older releases always have it.',
    source: 'xen/common/Kconfig: DOM0LESS_BOOT',
  },
  'DOM-059': {
    title: 'properties of a domain node are ones that Xen reads',
    severity: 'warning',
    effect: 'Xen would silently ignore it, unless it is a fork that knows it',
    explain: 'No release from 4.17 to 4.22 reads a property of this name. Check the spelling.',
    source: 'xen/common/device-tree/dom0less-bindings.c, dom0less-build.c; xen/arch/arm/dom0less-build.c',
  },
  'DOM-027': {
    title: 'Xen has SVE compiled in where a domain uses it',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'The option is ARM64_SVE, off by default.',
    source: 'xen/arch/arm/dom0less-build.c: arch_parse_dom0less_node',
  },
  'DOM-028': {
    title: 'sve is empty or a whole cell',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'Without a value it means the longest vectors of the machine.',
    source: 'xen/arch/arm/dom0less-build.c: arch_parse_dom0less_node',
  },
  'DOM-029': {
    title: 'sve is a multiple of 128',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'SVE vectors are a multiple of 128 bits long.',
    source: 'xen/arch/arm/arm64/sve.c: sve_domctl_vl_param',
  },
  'DOM-030': {
    title: 'a domain has SVE only on CPUs that have it',
    severity: 'error',
    effect: 'Xen would panic at boot; sve: hw would silently have no effect',
    explain:
      "domforge looks up the compatible of the first CPU in a list of Arm's own cores. Whether other CPUs have SVE, and how long their vectors are, is not known in advance.",
    source: 'xen/arch/arm/domain.c: arch_sanitise_domain_config',
  },
  'DOM-031': {
    title: 'a domain with SVE has a 64-bit kernel',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'SVE does not exist in the 32-bit state.',
    source: 'xen/arch/arm/domain_build.c: construct_domain',
  },
  'DOM-022': {
    title: "a direct-mapped domain with a console has the interrupt of the host's",
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: "Its virtual PL011 has the host console's address and interrupt.",
    source: 'xen/arch/arm/vpl011.c: domain_vpl011_init',
  },
  'DOM-023': {
    title: "Xen's console has an interrupt where a domain is direct-mapped",
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'Xen counts the interrupts of such a domain from it, whether the domain has a console or not.',
    source: 'xen/arch/arm/dom0less-build.c: create_domUs',
  },
  'DOM-024': {
    title: "the host's console has a page of registers where a direct-mapped domain has one like it",
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'The virtual PL011 takes 4 KiB, in which another device could be.',
    source: 'xen/arch/arm/vpl011.c: domain_vpl011_init',
  },
  'DOM-044': {
    title: 'a domain with static memory has xenstore only where Xen can give it the page',
    severity: 'error',
    effect: 'the domain would have no xenstore: init-dom0less fails for it, and it gets no name',
    explain:
      'Up to Xen 4.20 init-dom0less adds the page of xenstore to the domain, which a domain with static memory does not allow. From 4.21 on Xen allocates it, unless enhanced is legacy.',
    source: 'tools/helpers/init-dom0less.c: alloc_xs_page',
  },
} as const satisfies Record<string, CatalogueEntry>
